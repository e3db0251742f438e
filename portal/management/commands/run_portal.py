"""The whole site under one command: prepare the data, start web server and worker, stop them together."""

import fcntl
import os
import signal
import socket
import sqlite3
import sys
import time
import urllib.request
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.utils import OperationalError

from kb import search
from portal import site_setup
from portal.demo import welcome
from portal.demo.people import is_demo_email
from portal.supervisor import Child, ChildKeepsDying, Supervisor

WEB_THREADS = 8
# Each page has a thread of its own for its modules, and glibc gives threads up to 16 heaps that never shrink together: after
# 2,000 personal pages 314 MB and growing, with two heaps 220 MB from 800 pages on, and no page is slower (two cores).
WEB_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
READY_SECONDS = 60
# Longer than undoing a transaction takes, shorter than anybody's patience.
ASK_AGAIN_SECONDS = 1.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Command(BaseCommand):
    help = "Run the portal: database, demo content, search index, web server and worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=port_number, default=os.environ.get("PORT", "8000"))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        started = time.monotonic()
        try:
            with only_one(settings.DATA_DIR, f"http://{authority(host, port)}/"):
                check_port(host, port)
                # A request to stop ends the step in hand; transactions undo what is half done.
                with interrupted_by_signals():
                    self.prepare()
                self.serve(host, port, started)
        except (OSError, sqlite3.Error, OperationalError, site_setup.DiskFull) as error:
            raise CommandError(explain(error)) from error
        except KeyboardInterrupt:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.say("Stopped before the portal was ready; the next start goes on from here.")

    def prepare(self) -> None:
        """Bring database, static files, content and index up to date."""
        site_setup.check_disk(settings.DATA_DIR)
        with site_setup.collecting_static_files() as is_collecting:
            if is_collecting:
                self.say("Collecting static files ...")
            self.say("Checking the database ...")
            site_setup.migrate()
            if settings.DEMO and not get_user_model().objects.exists():
                self.say("Loading the demo shop (once) ...")
                call_command("load_demo", stdout=self.stdout)
            else:
                site_setup.ensure_home_pages()
            if not has_search_index():
                self.say("Building the search index ...")
                try:
                    call_command("rebuild_search", stdout=self.stdout)
                except CommandError as error:  # a search server may be down: the database answers meanwhile
                    self.say(str(error))

    def serve(self, host: str, port: int, started: float) -> None:
        """Start everything, say where it is, wait for the end."""
        supervisor = Supervisor(
            [
                Child("web server", gunicorn_command(host, port), WEB_ENVIRONMENT),
                Child("index worker", [sys.executable, "manage.py", "run_worker", "index", "clock"]),
                Child("task worker", [sys.executable, "manage.py", "run_worker", "mail", "default"]),
            ]
        )
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: supervisor.stop.set())
        try:
            supervisor.start()
            if wait_until_ready(host, port, supervisor):
                self.say_addresses(host, port, time.monotonic() - started)
            supervisor.watch()
        except ChildKeepsDying as error:
            raise CommandError(f"{error} The lines above say why.") from error
        finally:
            self.say("Stopping ...")
            supervisor.stop_all()
        self.say("Stopped; all data is kept in " + str(settings.DATA_DIR))

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def say_addresses(self, host: str, port: int, seconds: float) -> None:
        base = f"http://{authority(host, port)}"
        lines = [
            f"\nThe portal is ready after {seconds:.0f} s. Ctrl-C stops it.\n",
            f"  Home page      {base}/vi/   (English: {base}/en/)",
        ]
        lines += [
            f"  Look up orders {base}/vi/orders/",
            f"  Admin          {base}/admin/",
            f"  API            {base}/api/v1/docs",
        ]
        if settings.DEMO:
            lines += welcome.lines()
        elif not has_administrator():
            lines += [
                "\nThere is no administrator yet. Make the first one with:",
                f"  {site_setup.command_line('createsuperuser')}",
            ]
        self.say("\n".join(lines) + "\n")


def port_number(text: str) -> int:
    """Read a port; argparse shows the sentence."""
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise ArgumentTypeError(f"a port is a number from 1 to 65535, not “{text}”: make run PORT=8001")
    return int(text)


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Let a signal to stop raise KeyboardInterrupt in the block, again until it got through.

    Raised while Python runs a finalizer, the exception is printed and forgotten: so once is not enough, and what
    is printed then would only alarm. Further signals (make hands on the one it got itself) change nothing.
    """

    def interrupt(*_signal: object) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, again)
        signal.setitimer(signal.ITIMER_REAL, ASK_AGAIN_SECONDS, ASK_AGAIN_SECONDS)
        raise KeyboardInterrupt

    def again(*_signal: object) -> None:
        raise KeyboardInterrupt

    def forgotten(unraisable: "sys.UnraisableHookArgs") -> None:
        if not isinstance(unraisable.exc_value, KeyboardInterrupt):
            sys.__unraisablehook__(unraisable)

    for number in STOP_SIGNALS:
        signal.signal(number, interrupt)
    sys.unraisablehook = forgotten
    try:
        yield
    finally:
        # First of all: the timer must not ask again while others tidy up or say that they stopped.
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = sys.__unraisablehook__


def has_administrator() -> bool:
    """Whether there is one who may sign in; the demo's may not outside the demo."""
    emails = get_user_model().objects.filter(is_superuser=True, is_active=True).values_list("email", flat=True)
    return any(not is_demo_email(email) for email in emails)


def has_search_index() -> bool:
    """Whether there is an index that this version can read."""
    try:
        search.document_count()
    except search.SearchUnavailable:
        return False
    return True


@contextmanager
def only_one(data_dir: Path, address: str) -> Iterator[None]:
    """Hold the data's lock while the portal runs on it; a second start says where the first one is."""
    path = data_dir / "run.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"The portal already runs on this data: {read_from_start(file)}") from None
        file.truncate(0)
        file.write(f"{address} (process {os.getpid()})")
        file.flush()
        yield


def read_from_start(file: TextIO) -> str:
    file.seek(0)
    return file.read()


def authority(host: str, port: int) -> str:
    """Return `host:port` as addresses write it, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_port(host: str, port: int) -> None:
    """Raise CommandError, in a sentence, when something listens on the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken ({error.strerror}). Stop the other program or choose another port: make run PORT={port + 1}"
            ) from error


def gunicorn_command(host: str, port: int) -> list[str]:
    # One process with threads: one index reader in memory, one holder of the database's locks (measured).
    return [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", authority(host, port), "--workers", "1"),
        *("--threads", str(WEB_THREADS), "--worker-class", "portal.web_worker.PatientWorker"),
        *("--timeout", "60", "--graceful-timeout", "30"),
        *("--worker-tmp-dir", str(settings.DATA_DIR), "--log-level", "warning", "--no-control-socket"),
        *("--config", "python:portal.web_server"),
    ]


def wait_until_ready(host: str, port: int, supervisor: Supervisor) -> bool:
    """Return whether the site answered before the time was up or somebody stopped it."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        for child in supervisor.children:
            child.restart_if_dead()
        try:
            with urllib.request.urlopen(f"http://{authority(host, port)}/healthz", timeout=5):
                return True
        except OSError:
            if supervisor.stop.wait(0.2):
                return False
    raise ChildKeepsDying(f"The web server did not answer within {READY_SECONDS} s.")


def explain(error: Exception) -> str:
    """Say in a sentence what an operator has to do about `error`."""
    text = str(error)
    if isinstance(error, site_setup.DiskFull):
        return f"{text} Free some room and start again; nothing is lost."
    if "No space left" in text or "disk is full" in text or "File too large" in text or "disk I/O error" in text:
        return f"The disk that holds {settings.DATA_DIR} is full ({text}). Free some room and start again; nothing is lost."
    return f"{type(error).__name__}: {text}"
