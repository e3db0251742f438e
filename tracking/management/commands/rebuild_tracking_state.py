"""Fold all events again and renew whatever cached state differs. On a healthy site the answer is 0."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracking.services import refresh_state, stale_orders

CHUNK = 200


class Command(BaseCommand):
    help = "Compare the stored state of every order with its events; renew what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only report; exit with 1 if anything differs")

    def handle(self, *args: Any, **options: Any) -> None:
        differences = list(stale_orders())
        for difference in differences:
            self.stdout.write(f"{difference.reference}: the stored state is not what its events add up to")
        self.stdout.write(f"{len(differences)} differences")
        if options["check"]:
            if differences:
                raise SystemExit(1)
            return
        remaining = iter(difference.order_id for difference in differences)
        while chunk := list(islice(remaining, CHUNK)):
            refresh_state(order_ids=chunk)
