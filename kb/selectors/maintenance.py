"""The maintenance plans of all products, with a code for each task that is the same in every language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from kb.models import MaintenanceTask
from kb.slugs import ascii_slug
from personalization.registry import Choice
from portal.lib.snapshots import Snapshot


@dataclass(frozen=True)
class PlannedTask:
    """One task: "NM-R9:thay-loi-loc"; `titles` say it in each language that has it."""

    code: str
    product_code: str
    interval_months: int
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plans:
    """All tasks by product, and the code of each row of the database."""

    by_product: Mapping[str, tuple[PlannedTask, ...]]
    codes: Mapping[int, str]


def plans() -> Plans:
    """Return the plans of the published products. Cost: none when warm (see Snapshot), else one query.

    The plans of a product in two languages are the same list, so the place in it tells which row is which. The code is
    made of the words in the source language: other words are another task, and what named the old one says so.
    """
    return _snapshot.get()


def task_choices(language: str) -> list[Choice]:
    """Return every task as something to choose from, in the words of `language`."""
    tasks = [task for of_product in plans().by_product.values() for task in of_product]
    return [Choice(task.code, f"{task.titles.get(language) or task.code} ({task.product_code})") for task in tasks]


def forget_plans(**signal: object) -> None:
    """Read them anew; fits a signal."""
    _snapshot.forget()


def _load() -> Plans:
    rows: dict[str, dict[str, list[MaintenanceTask]]] = defaultdict(lambda: defaultdict(list))
    tasks = MaintenanceTask.objects.filter(product__live=True).select_related("product__locale")
    for task in tasks.order_by("product__code", "sort_order", "pk"):
        rows[task.product.code][task.product.locale.language_code].append(task)
    by_product, codes = {}, {}
    for product_code, by_language in rows.items():
        source = by_language.get(settings.LANGUAGE_CODE) or max(by_language.values(), key=len)
        planned = []
        for place, task in enumerate(source):
            code = f"{product_code}:{ascii_slug(task.what)}"[:80]
            same = {language: tasks[place] for language, tasks in by_language.items() if place < len(tasks)}
            titles = {language: one.what for language, one in same.items()}
            planned.append(PlannedTask(code, product_code, task.interval_months, titles))
            codes.update({one.pk: code for one in same.values()})
        by_product[product_code] = tuple(planned)
    return Plans(by_product, codes)


_snapshot = Snapshot("maintenance-plans", _load)
