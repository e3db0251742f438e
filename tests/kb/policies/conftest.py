"""A policy with two texts, and the day on which its tests stand."""

import pytest
import time_machine

from tests.factories.kb import make_category, make_policy, publish_policy, text

NOON = "2026-06-15 12:00+07:00"


@pytest.fixture
def category(site_tree):
    return make_category(title="Quy định", code="quy-dinh")


@pytest.fixture
def policy(category):
    """In force since January with 15 days, since June with 30."""
    with time_machine.travel("2026-01-01 08:00+07:00", tick=False):
        made = make_policy(category, short_answer="Trả trong 15 ngày.", body=[text("<p>Giữ hộp.</p>")])
    with time_machine.travel("2026-06-01 08:00+07:00", tick=False):
        return publish_policy(
            made, from_day="2026-06-01", short_answer="Trả trong 30 ngày.", change_summary="Thêm 15 ngày."
        )
