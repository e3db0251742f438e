"""One network counts for a fiftieth of a day at most."""

from datetime import date

from portal.lib import fair_shares
from portal.lib.fair_shares import FairShares

FIRST, SECOND = date(2026, 11, 2), date(2026, 11, 3)


def taken(shares, times, network, *, day=FIRST, what="page"):
    return sum(shares.takes(what, network=network, day=day, household=5) for _time in range(times))


def test_share_of_a_network_grows_with_the_day_and_ends_with_it():
    shares = FairShares()

    assert sum(taken(shares, 1, f"198.51.{number}.0/24") for number in range(250)) == 250
    assert taken(shares, 1_000, "203.0.113.0/24") == 5
    assert sum(taken(shares, 1, f"192.0.{number}.0/24") for number in range(250)) == 250
    assert taken(shares, 1_000, "203.0.113.0/24") == 10 - 5  # a fiftieth of 505
    assert taken(shares, 1_000, "203.0.113.0/24", what="another") == 5
    assert taken(shares, 1_000, "203.0.113.0/24", day=SECOND) == 5


def test_what_is_kept_of_networks_is_bounded_and_names_none(monkeypatch):
    monkeypatch.setattr(fair_shares, "MOST_KEPT", 10)
    shares = FairShares()

    for number in range(95):
        taken(shares, 1, f"198.51.{number}.0/24")

    assert len(shares._by_network) <= 10
    assert "198.51" not in repr(vars(shares))


def test_load_tests_count_everything(settings):
    settings.RATE_LIMITS_ON = False

    assert taken(FairShares(), 100, "127.0.0.0/24") == 100
