"""A whole portal as its users start it: the supervisor with web server, workers and demo, on data of its own."""

import os
import queue
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from portal.supervisor import die_with_parent

START_SECONDS = 180  # a cold machine with both cores busy; nothing waits this long when all is well


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(look: Callable[[], object], wanted: object, *, seconds: float) -> bool:
    """Return whether `look()` gives `wanted` within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if look() == wanted:
            return True
        time.sleep(0.1)
    return False


@dataclass
class PortalProcess:
    """`manage.py run_portal` with its output read line by line."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    output: list[str] = field(default_factory=list)

    python = sys.executable
    root = settings.BASE_DIR

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def all_environment(self) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
        return {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "portal.settings.base",
            "DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **self.environment,
        }

    def start(self, *, until: str = "The portal is ready") -> "PortalProcess":
        """Start and wait for the line that begins with `until`; raises AssertionError with the output if it ends first."""
        self.process = subprocess.Popen(
            [self.python, "manage.py", "run_portal"],
            cwd=self.root,
            env=self.all_environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent,  # a test run that is killed leaves no portal behind
        )
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while (line := lines.get(timeout=max(1, deadline - time.monotonic()))) is not None:
            if line.startswith(until):
                return self
        raise AssertionError("The portal did not start:\n" + "".join(self.output))

    def _read(self, lines: "queue.Queue[str | None]") -> None:
        for line in self.process.stdout:
            self.output.append(line)
            lines.put(line)
        lines.put(None)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the supervisor to end, as Ctrl-C or a service manager does; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def run_command(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a management command on the same data."""
        return self._run(["manage.py", *arguments], timeout)

    def run_program(self, program: str, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program of the test's own in a Django process on the same data."""
        return self._run(["-c", program, *arguments], timeout)

    def _run(self, arguments: list[str], timeout: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, *arguments],
            cwd=self.root,
            env=self.all_environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def letters_to(self, address: str) -> list[str]:
        """Return the texts of the letters kept for `address`, oldest first."""
        files = sorted((self.data_dir / "mail").glob("*"), key=lambda path: path.stat().st_mtime)
        letters = [letter for file in files for letter in file.read_text(encoding="utf-8").split("-" * 79)]
        return [one for one in letters if re.search(rf"^To: .*{re.escape(address)}", one, re.MULTILINE)]

    def count(self, query: str, *arguments: object) -> int:
        """Return the one number that `query` asks of the database."""
        with closing(sqlite3.connect(self.data_dir / "portal.sqlite3")) as database:
            return database.execute(query, arguments).fetchone()[0]

    def category_id(self, code: str) -> int:
        """Return the id of a Vietnamese category, which the admin's addresses hold."""
        return self.count(
            "SELECT page.id FROM wagtailcore_page page JOIN kb_categorypage category ON category.page_ptr_id = page.id "
            "JOIN wagtailcore_locale locale ON locale.id = page.locale_id WHERE category.code = ? AND language_code = 'vi'",
            code,
        )
