"""Measure the personal home page with many customers and segments and add the figures to docs/benchmarks.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings
from django.utils import timezone

from personalization.segments.models import Segment
from portal.lib.markdown_sections import put_section
from portal.measuring.building import DOMAIN, aim_home_page, build_customers, build_sample, build_segments
from portal.measuring.pace import measure_home_page
from portal.measuring.report import HEADING, report
from portal.models import User

SAMPLE = 40


class Command(BaseCommand):
    help = "Makes many customers and segments on this site and measures the home page beside the anonymous one: only on a copy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, default=100_000)
        parser.add_argument("--segments", type=int, default=1_000)
        parser.add_argument("--most-orders", type=int, default=200, help="orders of one of the customers asked for")
        parser.add_argument("--rounds", type=int, default=200)
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / "docs" / "benchmarks.md")

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
            raise CommandError("This site was measured before; measure on a fresh copy (DATA_DIR=…).")
        known = list(User.objects.filter(visitor_profile__isnull=False))
        build_customers(options["customers"], on_progress=self._tell)
        customers = build_sample(SAMPLE, most_orders=options["most_orders"])
        aim_home_page(build_segments(options["segments"]))
        with override_settings(ALLOWED_HOSTS=["testserver"], DEBUG=False, PAGE_CACHE_SECONDS=0):
            paces = measure_home_page(customers, with_most_boxes=known or customers, rounds=options["rounds"])
        text = report(
            day=timezone.localdate(),
            customers=User.objects.count(),
            segments=Segment.objects.count(),
            most_orders=options["most_orders"],
            rounds=options["rounds"],
            paces=paces,
        )
        put_section(options["output"], HEADING, text)
        self.stdout.write(text)

    def _tell(self, done: int) -> None:
        if done % 20_000 == 0:
            self.stderr.write(f"{done} customers")
