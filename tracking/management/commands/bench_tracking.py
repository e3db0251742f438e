"""Measure tracking with many orders and add the figures to docs/benchmarks.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings
from django.utils import timezone

from portal.lib.markdown_sections import put_section
from tracking.measuring.building import SOURCE, build, sample
from tracking.measuring.oscar import OscarMissing, OscarPace, measure_oscar
from tracking.measuring.pace import measure_fold, measure_lookup, measure_page, measure_rebuild
from tracking.measuring.report import HEADING, report
from tracking.models import Order, TrackingEvent

LOOKUPS = 300
PAGES = 100
FOLDED_EVENTS = 1000


class Command(BaseCommand):
    help = "Builds many orders on this (empty) site, measures look-up, page, fold and rebuild beside Oscar: only on a copy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--orders", type=int, default=100_000)
        parser.add_argument("--events-each", type=int, default=10)
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / "docs" / "benchmarks.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.RATE_LIMITS_ON:
            raise CommandError("The look-up is rate limited: set RATE_LIMITS=off.")
        if Order.objects.exclude(source__in=(SOURCE, "demo")).exists():
            raise CommandError("This site has orders of its own; measure on a copy (DATA_DIR=…).")
        if not Order.objects.filter(source=SOURCE).exists():
            build(options["orders"], options["events_each"], on_progress=self._tell)
        events = TrackingEvent.objects.count()
        renewed, proved = measure_rebuild(events)
        with override_settings(ALLOWED_HOSTS=["testserver"], DEBUG=False):
            lookup, by_key = measure_lookup(sample(LOOKUPS))
            page = measure_page(sample(PAGES))
        oscar = self._beside_oscar()
        text = report(
            day=timezone.localdate(),
            orders=Order.objects.count(),
            events=events,
            lookup=lookup,
            by_key=by_key,
            page=page,
            fold=measure_fold(FOLDED_EVENTS),
            renewed=renewed,
            proved=proved,
            oscar=oscar,
        )
        put_section(options["output"], HEADING, text)
        self.stdout.write(text)

    def _beside_oscar(self) -> OscarPace | str:
        """Return the peer's pace, or the sentence that tells why there is none."""
        try:
            return measure_oscar(sample(LOOKUPS), sample(PAGES))
        except OscarMissing as error:
            self.stderr.write(str(error))
            return str(error)

    def _tell(self, done: int) -> None:
        if done % 10_000 == 0:
            self.stderr.write(f"{done} orders")
