"""The test bed of the benchmark is real: it is found, folds to what its events say, and fits the promises, small."""

import pytest
from django.core.management import CommandError, call_command

from tests.factories.tracking import make_order
from tracking.measuring.building import build, sample
from tracking.measuring.pace import measure_fold, measure_lookup, measure_page, measure_rebuild
from tracking.models import Order, TrackingEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def bed(settings):
    settings.RATE_LIMITS_ON = False
    build(20, 5, on_progress=lambda done: None)


def test_a_rebuild_leaves_no_difference_and_a_page_costs_at_most_eight_queries(bed):
    _, proved = measure_rebuild(TrackingEvent.objects.count())
    found, by_key = measure_lookup(sample(4))
    page = measure_page(sample(4))

    assert proved.differences == 0
    assert found.queries == by_key.queries
    assert 0 < page.queries <= 8
    assert Order.objects.exclude(headline="placed").count() == 20


def test_a_thousand_events_fold_to_one_state_in_any_order():
    assert measure_fold(1000).events == 1000


def test_a_site_with_orders_of_its_own_is_not_measured(settings, tmp_path):
    settings.RATE_LIMITS_ON = False
    make_order()

    with pytest.raises(CommandError, match="orders of its own"):
        call_command("bench_tracking", output=tmp_path / "x.md")


def test_a_site_with_rate_limits_is_not_measured(tmp_path):
    with pytest.raises(CommandError, match="RATE_LIMITS=off"):
        call_command("bench_tracking", output=tmp_path / "x.md")
