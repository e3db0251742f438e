"""The worked example of docs/search.md is what the engine really counts."""

import pytest
from django.conf import settings

from kb import search

pytestmark = pytest.mark.django_db

TYPED = "kẹt giấy thì làm sao"


def test_every_line_of_the_worked_example_is_true(read_only_shop):
    page = read_only_shop.printer
    explained = search.explain(TYPED, language="vi", page_ids=[page.pk])[page.pk]
    lines = [
        f"| {one.kind} | `{one.term}` | {', '.join(one.places)} | {one.weight:.2f} | {one.relevance:.2f} | {one.points:.2f} |"
        for one in explained.contributions
    ]
    lines.append(f"| sum | | | | | **{explained.score:.2f}** |")

    text = (settings.BASE_DIR / "docs" / "search.md").read_text(encoding="utf-8")
    missing = [line for line in lines if line not in text]
    assert not missing, "\n".join(lines)
