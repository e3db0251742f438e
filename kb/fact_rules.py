"""How editors may ask what kb knows about a visitor, and the same for many accounts at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from kb.maintenance_due import DUE_WITHIN, next_due
from kb.models import CategoryPage, Product, ReadArticle, RecentSearch
from kb.selectors.maintenance import plans
from personalization.facts import Accounts, CodesRule, CountRule, DaysRule

if TYPE_CHECKING:
    from kb.visitor_facts import DueTask


def days_until(due: Iterable[DueTask]) -> dict[str, int]:
    """Return the days until each task by its code; of two machines of a kind the nearer one."""
    today, codes = timezone.localdate(), plans().codes
    found = [(codes.get(one.task.pk, ""), (one.due_on - today).days) for one in due]
    return _nearest(found)


def maintenance_of(accounts: Accounts) -> dict[int, dict[str, int]]:
    """Return the days until each task that falls due soon; no query."""
    today, by_product = timezone.localdate(), plans().by_product
    soon = {}
    for user_id, chosen in accounts.preferences.items():
        soon[user_id] = _nearest(
            (task.code, (next_due(item.purchased_on, task.interval_months, today) - today).days)
            for item in chosen.owned
            if item.purchased_on
            for task in by_product.get(item.product_code, ())
        )
    return {user_id: days for user_id, days in soon.items() if days}


def topics_read_by(accounts: Accounts) -> dict[int, frozenset[str]]:
    """Return the codes of the categories of what each account read; two queries."""
    codes = dict(CategoryPage.objects.values_list("path", "code"))
    found: dict[int, set[str]] = defaultdict(set)
    for user_id, path in ReadArticle.objects.filter(user_id__in=accounts.ids).values_list("user_id", "article__path"):
        code = codes.get(path[: -Page.steplen])
        if code:
            found[user_id].add(code)
    return {user_id: frozenset(read) for user_id, read in found.items()}


def products_read_by(accounts: Accounts) -> dict[int, frozenset[str]]:
    """Return the codes of the products that each account read about; one query."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Product.objects.filter(articles__read_by__user_id__in=accounts.ids)
    for user_id, code in rows.values_list("articles__read_by__user_id", "code"):
        found[user_id].add(code)
    return {user_id: frozenset(read) for user_id, read in found.items()}


def searches_of(accounts: Accounts) -> dict[int, int]:
    """Return how many searches of each account are kept; one query."""
    rows = RecentSearch.objects.filter(user_id__in=accounts.ids).order_by().values("user_id")
    return dict(rows.annotate(number=Count("pk")).values_list("user_id", "number"))


def _nearest(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    nearest: dict[str, int] = {}
    for code, days in found:
        if days <= DUE_WITHIN.days:
            nearest[code] = min(days, nearest.get(code, days))
    return nearest


DUE_MAINTENANCE = DaysRule(
    label=_("Maintenance due"),
    noun=_("maintenance due"),
    choices="maintenance",
    most_days=DUE_WITHIN.days,
    measure=days_until,
    many=maintenance_of,
)
READ_TOPICS = CodesRule(
    label=_("Topics read about lately (if they allow it)"),
    choices="topics",
    has=_("lately read about the topic %(values)s"),
    lacks=_("lately read nothing about the topic %(values)s"),
    something=_("lately read articles"),
    nothing_at_all=_("lately read no article"),
    many=topics_read_by,
)
READ_PRODUCTS = CodesRule(
    label=_("Products read about lately (if they allow it)"),
    choices="products",
    has=_("lately read about %(values)s"),
    lacks=_("lately read nothing about %(values)s"),
    something=_("lately read about a product"),
    nothing_at_all=_("lately read about no product"),
    many=products_read_by,
)
RECENT_SEARCHES = CountRule(
    label=_("Searches kept (if they allow it)"), noun=_("searches that are kept"), many=searches_of
)
