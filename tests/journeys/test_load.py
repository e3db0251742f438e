"""Everybody at once: small in `make test`, five minutes in `make soak`."""

import time

import pytest

from tests.journeys.mixed_load import measure, mixed_load


def test_readers_meet_no_error_while_articles_are_republished(portal):
    report = mixed_load(portal, clients=4, publishes=12, per_second=3)

    assert report.problems == []
    assert report.published == 12
    assert set(report.requests) == {"search", "article", "home", "look-up"}


@pytest.mark.soak
def test_five_minutes_of_eight_clients_and_three_republished_articles_a_second(portal):
    started = time.monotonic()

    report = mixed_load(portal, clients=8, publishes=900, per_second=3)

    print("\n" + measure(report, started))
    assert report.problems == []
    assert report.published == 900
