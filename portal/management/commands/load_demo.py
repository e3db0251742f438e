"""Fill the site with the demo shop: articles, synonyms, people, orders, questions. Safe to run again."""

import importlib
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

# The people come with all that is theirs or not at all: `run_portal` takes a site with people for a filled one.
PEOPLE_AND_THEIRS = ["people", "orders", "aftersales", "tickets"]


class Command(BaseCommand):
    help = "Load the demo shop (idempotent); --refresh moves its dates to today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--refresh", action="store_true", help="move the dates of the demo to today")

    def handle(self, *args: Any, **options: Any) -> None:
        self.load("pages", refresh=options["refresh"])
        self.load("search_care", refresh=options["refresh"])
        self.load("searches", refresh=options["refresh"])
        self.load("order_help", refresh=options["refresh"])
        self.load("shop", refresh=options["refresh"])
        self.load("aiming", refresh=options["refresh"])
        self.load("feedback", refresh=options["refresh"])
        with transaction.atomic():
            for part in PEOPLE_AND_THEIRS:
                self.load(part, refresh=options["refresh"])
        self.load("desk", refresh=options["refresh"])

    def load(self, part: str, *, refresh: bool) -> None:
        started = time.monotonic()
        importlib.import_module(f"portal.demo.{part}").load(refresh=refresh)
        self.stdout.write(f"{part}: {time.monotonic() - started:.1f} s")
