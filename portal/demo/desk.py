"""What the editors of the demo shop have on their desk: who keeps what, how often it is read, who waits."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import yaml
from django.utils import timezone

from kb.services import history
from portal.demo.pages import HERE

# The same views in every installation.
SEED = 21
DAYS = 60
WRITER, REVIEWER, AGENT = "bientap@nhamay.example", "duyet@nhamay.example", "hotro@nhamay.example"

# Who keeps the articles of a category; the others belong to the writer.
OWNERS = {"doi-tra": REVIEWER, "bao-hanh": REVIEWER, "linh-kien": REVIEWER, "giao-hang": AGENT, "tai-khoan": AGENT}
# Days from one check to the next, where a year is too long; two of these are overdue, one is due soon.
AGAIN_AFTER = {
    "nm-tai-khoan-xoa-du-lieu": 180,
    "nm-bao-hanh-khong-ap-dung": 150,
    "nm-nuoc-thai-may-loc-ro": 160,
    "nm-ma-loi-may-giat-w85": 180,
    "nm-thay-loi-loc-r9": 90,
}
# Views on an ordinary day; whatever is not named is read now and then.
DAILY_VIEWS = {
    "nm-giao-hang-thoi-gian-phi": 34,
    "nm-ma-loi-may-giat-w85": 31,
    "nm-tai-khoan-tra-cuu-don": 27,
    "nm-doi-tra-dieu-kien": 22,
    "nm-dieu-hoa-khong-mat": 19,
    "nm-may-in-ket-giay": 16,
    "nm-thay-loi-loc-r9": 15,
    "nm-ket-noi-may-in-wifi": 12,
    "nm-may-giat-khong-xa-nuoc": 11,
    "nm-robot-s7-lap-ban-do": 9,
    "nm-robot-s7-khong-ve-tram": 8,
}
# Summer is over: fewer ask about cooling each week, more about the drum that smells and clothes that stay wet.
FALLING, RISING = {"nm-dieu-hoa-khong-mat"}, {"nm-may-giat-khong-xa-nuoc", "nm-ve-sinh-long-giat-w85"}
WAITING = (
    ("nm-may-giat-khong-xa-nuoc", "doc-gia-1@example.com", "vi"),
    ("nm-may-giat-khong-xa-nuoc", "doc-gia-2@example.com", "vi"),
    ("nm-ket-noi-may-in-wifi", "doc-gia-3@example.com", "vi"),
    ("nm-robot-s7-khong-ve-tram", "doc-gia-4@example.com", "vi"),
    ("nm-may-in-ket-giay-en", "reader-1@example.com", "en"),
)


def load(refresh: bool) -> None:
    """Fill in what is missing; `refresh` moves checks and views to today. Safe to run again, what editors did stays."""
    fronts = list(_fronts())
    history.record_keepers([_keeper(front) for front in fronts], moves_old=refresh)
    history.record_former_views(_views([str(front["id"]) for front in fronts]), moves_old=refresh)
    history.record_former_subscriptions(WAITING)


def _fronts() -> Iterator[dict[str, object]]:
    for folder in ("articles", "policies"):
        for path in sorted((HERE / folder).rglob("*.md")):
            yield yaml.safe_load(path.read_text().split("---\n")[1])


def _keeper(front: dict[str, object]) -> history.Keeper:
    external_id = str(front["id"])
    return history.Keeper(
        article_external_id=external_id,
        owner=OWNERS.get(str(front["category"]), WRITER),
        checked_by=REVIEWER,
        again_after=AGAIN_AFTER.get(external_id),
    )


def _views(external_ids: list[str]) -> dict[tuple[str, date], int]:
    today = timezone.localdate()
    views = {}
    for external_id in external_ids:
        chance = Random(f"{SEED} {external_id}")  # noqa: S311
        usual = DAILY_VIEWS.get(external_id, 1 if external_id.endswith("-en") else 4)
        for ago in range(1, DAYS + 1):
            trend = (ago - DAYS / 2) / DAYS * ((external_id in FALLING) - (external_id in RISING))
            count = round(usual * (1 + trend) * chance.uniform(0.5, 1.5))
            if count:
                views[external_id, today - timedelta(days=ago)] = count
    return views
