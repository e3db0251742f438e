"""Fill the site with the demo shop: articles, people, orders, questions. Safe to run again."""

import importlib
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

# In this order: people need no pages, orders and tickets need people.
PARTS = ["pages", "people", "orders", "tickets"]


class Command(BaseCommand):
    help = "Load the demo shop (idempotent); --refresh moves its dates to today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--refresh", action="store_true", help="move the dates of the demo to today")

    def handle(self, *args: Any, **options: Any) -> None:
        for part in PARTS:
            started = time.monotonic()
            importlib.import_module(f"portal.demo.{part}").load(refresh=options["refresh"])
            self.stdout.write(f"{part}: {time.monotonic() - started:.1f} s")
