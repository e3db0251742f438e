"""A day on which things happen, the shop's rules and somebody of the staff."""

import pytest

from tests.factories.people import make_user
from tests.factories.tracking import make_terms

TODAY = "2026-11-25T09:00:00+07:00"


@pytest.fixture
def today(time_machine):
    time_machine.move_to(TODAY, tick=False)
    return time_machine


@pytest.fixture
def terms(db):
    return make_terms()


@pytest.fixture
def customer(db):
    return make_user("khach@example.com")


@pytest.fixture
def agent(db):
    return make_user("hotro@example.com", role="agent")
