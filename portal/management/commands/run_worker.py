"""Serve lanes of background work until told to stop."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.worker import CLOCK, LaneDied, LaneTaken, run_lanes

LANES = ["index", "mail", "default", CLOCK]


class Command(BaseCommand):
    help = "Run the background worker: a lane for each queue, and the clock of the periodic jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("lanes", nargs="*", choices=LANES, default=LANES, help="which lanes; all by default")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        try:
            run_lanes(list(options["lanes"]), stop=stop)
        except (LaneTaken, LaneDied) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
