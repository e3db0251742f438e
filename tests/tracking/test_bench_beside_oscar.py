"""Oscar stands beside us in the report with what was measured, or a sentence tells why it does not."""

import json
from datetime import date

import pytest

from tracking.measuring.building import build
from tracking.measuring.oscar import OscarMissing, OscarPace, measure_oscar, write_orders
from tracking.measuring.pace import FoldPace, RebuildPace, Spread
from tracking.measuring.report import report

OSCAR = OscarPace(
    oscar="4.2", django="5.2.19", orders=20_000, events=200_000, lookup=Spread(2, 4), page=Spread(5, 10, queries=31)
)


def report_with(oscar):
    return report(
        day=date(2026, 3, 1),
        orders=20_000,
        events=200_000,
        lookup=Spread(3, 5),
        by_key=Spread(2, 4),
        page=Spread(10, 12),
        fold=FoldPace(1000, 1, 2),
        renewed=RebuildPace(200_000, 8, 0),
        proved=RebuildPace(200_000, 5, 0),
        oscar=oscar,
    )


def test_ratios_are_ours_divided_by_oscars_with_versions_and_sizes():
    text = report_with(OSCAR)

    assert "| look-up | 3.00 / 5.00 ms | 2.00 / 4.00 ms | 1.50 / 1.25 |" in text
    assert "| order page after it | 10.00 / 12.00 ms | 5.00 / 10.00 ms | 2.00 / 1.20 |" in text
    assert "django-oscar 4.2 on Django 5.2.19" in text
    assert "same 20,000 orders with 200,000 shipping events" in text
    assert "31 queries" in text


def test_an_absent_oscar_is_told_in_a_sentence_below_our_own_figures():
    text = report_with("django-oscar was not measured: no network.")

    assert text.endswith("| differences after the rebuild | 0 | 0 |\n\ndjango-oscar was not measured: no network.\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("python", "reason"),
    [("/nowhere/python", "No such file"), ("/bin/false", "code 1")],
    ids=["a Python that is not there", "a process that dies"],
)
def test_an_oscar_that_cannot_run_is_missing_with_its_reason(monkeypatch, python, reason):
    monkeypatch.setenv("OSCAR_PYTHON", python)

    with pytest.raises(OscarMissing, match=f"not measured: .*{reason}.*OSCAR_PYTHON="):
        measure_oscar([], [])


@pytest.mark.django_db
def test_oscar_is_given_every_order_with_its_events_in_the_order_of_their_times(tmp_path):
    build(3, 4, on_progress=lambda done: None)

    write_orders(tmp_path / "orders.jsonl")

    rows = [json.loads(line) for line in (tmp_path / "orders.jsonl").read_text().splitlines()]
    assert [row["number"] for row in rows] == ["B-0000000", "B-0000001", "B-0000002"]
    assert {len(row["events"]) for row in rows} == {4}
    assert rows[0]["events"][:2] == ["picked_up", "in_transit"]
    assert rows[0]["email"] == "k0@example.com"
