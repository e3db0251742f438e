"""Each language writes days and numbers in its own way, on every page."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.translation import override

from tracking.wording import day_text

DAY = date(2026, 12, 5)
APPS = ("portal", "support", "kb", "tracking", "personalization")


@pytest.mark.parametrize(
    ("language", "day", "weekday", "number"),
    [("vi", "05/12/2026", "thứ Bảy, 5/12", "1.408"), ("en", "5 Dec 2026", "Saturday 5 Dec", "1,408")],
)
def test_days_and_numbers_are_written_as_the_language_does(language, day, weekday, number):
    with override(language):
        assert date_format(DAY, "SHORT_DATE_FORMAT") == day
        assert day_text(DAY) == weekday
        assert intcomma(1408) == number


def test_no_template_writes_days_by_hand():
    by_hand = [
        path.name
        for app in APPS
        for path in (settings.BASE_DIR / app).rglob("templates/**/*.*")
        if re.search(r'(date:|now )"[^"]*d/m', path.read_text(encoding="utf-8"))
    ]

    assert by_hand == []
