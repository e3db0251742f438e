"""What was searched for and promoted elsewhere before: brought along once, never doubled."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kb.models import SearchLogClick, SearchLogEntry, SearchPromotion
from kb.services.search_history import (
    FormerPromotion,
    FormerSearches,
    record_former_promotions,
    record_former_searches,
)
from portal.demo import searches
from tests.factories.kb import make_article, make_category

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)


def test_former_searches_are_counted_with_what_was_opened(site_tree):
    article = make_article(make_category(), external_id="bao-hanh")

    record_former_searches(
        [
            FormerSearches(DAY, "vi", "Bảo hành", 9, 23, clicks=5, article="bao-hanh", position=2),
            FormerSearches(DAY, "vi", "tivi", 4, 0),
        ]
    )

    entry = SearchLogEntry.objects.get(query="bao hanh")
    assert (entry.shown_query, entry.searches, entry.zero_searches, entry.clicked_searches) == ("Bảo hành", 9, 0, 5)
    assert SearchLogEntry.objects.get(query="tivi").zero_searches == 4
    click = SearchLogClick.objects.get()
    assert (click.entry, click.page_id, click.position, click.count) == (entry, article.pk, 2, 5)


def test_log_that_has_begun_is_left_as_it_is_unless_days_are_moved(site_tree):
    first = FormerSearches(DAY, "vi", "bảo hành", 9, 23)
    second = FormerSearches(DAY + timedelta(days=1), "vi", "bảo hành", 9, 23)
    record_former_searches([first])

    assert record_former_searches([first, second]) == 0
    assert record_former_searches([first, second], moves_old=True) == 1


def test_promotion_of_a_missing_article_is_left_out_and_none_comes_twice(site_tree):
    former = [FormerPromotion("vi", ("a", "b"), article="none"), FormerPromotion("vi", ("c",), address="/", title="C")]

    assert record_former_promotions(former) == 1
    assert record_former_promotions(former) == 0


def test_demo_has_searches_to_read_and_results_to_see_and_loads_twice(site_tree):
    searches.load(refresh=False)
    counts = SearchLogEntry.objects.count(), SearchPromotion.objects.count()

    searches.load(refresh=True)

    assert (SearchLogEntry.objects.count(), SearchPromotion.objects.count()) == counts
    assert SearchLogEntry.objects.filter(
        day__gte=timezone.localdate() - timedelta(days=7), zero_searches__gt=0
    ).exists()
