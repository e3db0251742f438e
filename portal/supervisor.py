"""Runs the parts of the portal as child processes: starts them, restarts what dies, stops them all."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

# A child that lives this long is healthy again; one that dies sooner, MAX_QUICK_DEATHS times running, will not get
# better by starting it once more.
HEALTHY_AFTER_SECONDS = 10
MAX_QUICK_DEATHS = 3
# gunicorn waits 30 s for requests in hand, a worker for its task; then they are killed.
STOP_SECONDS = 35
PR_SET_PDEATHSIG = 1


class ChildKeepsDying(Exception):
    """A part of the portal cannot be kept running; its own lines say why."""


@dataclass
class Child:
    """One process that has to run; `environment` is what it gets where the operator says nothing else."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which stops its children in order.
        self.process = subprocess.Popen(
            self.command, env={**self.environment, **os.environ}, start_new_session=True, preexec_fn=die_with_parent
        )
        self.started_at = time.monotonic()

    def restart_if_dead(self) -> None:
        """Start the process again if it ended; raises ChildKeepsDying."""
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self.started_at
        self.quick_deaths = self.quick_deaths + 1 if lived < HEALTHY_AFTER_SECONDS else 0
        if self.quick_deaths >= MAX_QUICK_DEATHS:
            raise ChildKeepsDying(
                f"The {self.name} stopped {MAX_QUICK_DEATHS} times in a row (code {self.process.returncode})."
            )
        logger.warning("The %s stopped (code %s) and is started again.", self.name, self.process.returncode)
        self.start()


@dataclass
class Supervisor:
    """Keeps `children` running until `stop` is set."""

    children: list[Child]
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        for child in self.children:
            child.start()

    def watch(self) -> None:
        """Return when asked to stop; raises ChildKeepsDying. Call `stop_all` in either case."""
        while not self.stop.wait(0.5):
            for child in self.children:
                child.restart_if_dead()

    def stop_all(self) -> None:
        """Stop every child: politely, then, after STOP_SECONDS, by force."""
        running = [
            (child.name, child.process)
            for child in self.children
            if child.process is not None and child.process.poll() is None
        ]
        for _name, process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for name, process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                logger.error("The %s did not stop within %s s and is killed.", name, STOP_SECONDS)
                os.killpg(process.pid, signal.SIGKILL)


def die_with_parent() -> None:
    """Let the system stop this process when its parent dies; runs in the child before its program starts."""
    # If the supervisor is killed outright, Linux stops its children; other systems leave that to the operator.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
