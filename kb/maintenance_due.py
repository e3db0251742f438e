"""When a maintenance task falls due, counted from the day of purchase. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from kb.maintenance_calendar import add_months

# As far ahead as one orders a filter and has it delivered without hurry.
DUE_WITHIN = timedelta(days=21)


def next_due(purchased_on: date, interval_months: int, today: date) -> date:
    """Return the first day from `today` on that lies whole intervals after the purchase."""
    months_owned = (today.year - purchased_on.year) * 12 + today.month - purchased_on.month
    rounds = max(1, months_owned // interval_months)
    due = add_months(purchased_on, rounds * interval_months)
    return due if due >= today else add_months(purchased_on, (rounds + 1) * interval_months)
