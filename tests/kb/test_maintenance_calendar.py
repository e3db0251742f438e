"""The calendar file, by the letter of RFC 5545."""

from datetime import date

import pytest

from kb.maintenance_calendar import Event, add_months, maintenance_calendar


def calendar(**changes):
    event = {"uid": "nm-w85-1@example.test", "summary": "Vệ sinh lồng", "description": "20 phút", "interval_months": 3}
    first_day = changes.pop("first_day", date(2026, 5, 10))
    return maintenance_calendar("Bảo dưỡng", [Event(**{**event, **changes})], first_day=first_day, language="vi")


def unfolded(content):
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_every_line_ends_in_crlf_and_is_at_most_75_octets():
    content = calendar(summary="Vệ sinh lồng giặt, gioăng và khay nước giặt " * 5)

    lines = content.split(b"\r\n")

    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert lines[-1] == b""


def test_folding_never_parts_a_character():
    for line in calendar(summary="ệ" * 200).split(b"\r\n"):
        line.decode()


def test_folded_text_reads_back_whole():
    summary = "Thay lõi than số 2 và 3 rồi xả bỏ hai bình " * 4

    assert f"SUMMARY:{summary}" in unfolded(calendar(summary=summary))


def test_commas_semicolons_backslashes_and_breaks_are_escaped():
    lines = unfolded(calendar(description="a, b; c\\d\r\ne\nf\rg"))

    assert "DESCRIPTION:a\\, b\\; c\\\\d\\ne\\nf\\ng" in lines


def test_first_event_is_one_interval_after_the_first_day():
    lines = unfolded(calendar())

    assert "DTSTART;VALUE=DATE:20260810" in lines
    assert "DTEND;VALUE=DATE:20260811" in lines
    assert "RRULE:FREQ=MONTHLY;INTERVAL=3" in lines


def test_last_day_of_a_month_stays_the_last_day():
    lines = unfolded(calendar(first_day=date(2026, 1, 31), interval_months=1))

    assert "DTSTART;VALUE=DATE:20260228" in lines
    assert "RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30,31;BYSETPOS=-1" in lines


def test_required_properties_are_there():
    lines = unfolded(calendar())

    for name in ("BEGIN:VCALENDAR", "VERSION:2.0", "UID:nm-w85-1@example.test", "END:VEVENT", "END:VCALENDAR"):
        assert name in lines
    assert any(line.startswith("PRODID:") for line in lines)
    assert any(line.startswith("DTSTAMP:") and line.endswith("Z") for line in lines)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 15), 24, date(2028, 3, 15)),
    ],
)
def test_adding_months(day, months, expected):
    assert add_months(day, months) == expected
