"""Customers by the hundred thousand, and segments by the thousand, written in bulk: the test bed, not the door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from personalization import services as personalization
from personalization.preferences import PERSONALIZATION, OwnedItem, Preferences
from personalization.segments.models import Segment
from portal.models import HomePage, User
from tracking.services import EventPayload, LinePayload, OrderPayload, ShipmentPayload, ingest_orders

DOMAIN = "bench.example.com"
SOURCE = "bench-home"
BATCH = 2_000
PRODUCTS = ("NM-W85", "NM-R9", "NM-L210", "NM-A12", "NM-F6", "NM-S7")
TOPICS = ("bao-hanh", "giao-hang")
# As an editor's home page would be at most: banners, each for some segments.
AIMED_BANNERS = 3
SEGMENTS_OF_A_BANNER = 5


def build_customers(count: int, *, on_progress: Callable[[int], None]) -> None:
    """Write `count` accounts that allow personal pages, each with a profile and three dated products."""
    for first in range(0, count, BATCH):
        with transaction.atomic():
            _write(range(first, min(first + BATCH, count)))
        on_progress(min(first + BATCH, count))


def build_sample(count: int, *, most_orders: int) -> list[User]:
    """Return `count` customers made through the doors, with three orders each; the last has `most_orders`."""
    now = timezone.now()
    made = []
    for at in range(count):
        user = User.objects.create_user(f"sample{at}@{DOMAIN}", full_name=f"Khách {at}")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        chosen = Preferences(topics=TOPICS, owned=_products(at), consents=frozenset({PERSONALIZATION}))
        personalization.save_account_preferences(user, chosen, source="demo")
        orders = most_orders if at == count - 1 else 3
        ingest_orders([_order(at, number, user.email, now) for number in range(orders)], source=SOURCE)
        made.append(user)
    return made


def build_segments(count: int) -> list[Segment]:
    """Return `count` segments over facts of all kinds."""
    rules = [
        {"fact": "preferences.owned_products", "operator": "any_of", "codes": ["NM-R9"]},
        {"fact": "kb.due_maintenance", "operator": "within", "number": 14},
        {"fact": "tracking.open_orders", "operator": "at_least", "number": 1},
        {"fact": "preferences.topics", "operator": "none_of", "codes": ["bao-hanh"]},
        {"fact": "support.open_tickets", "operator": "at_least", "number": 1},
    ]
    return Segment.objects.bulk_create(
        [
            Segment(
                name=f"Bench {at}",
                rules={"version": 1, "match": "all", "conditions": [rules[at % 5], rules[(at // 5) % 5]]},
            )
            for at in range(count)
        ],
        batch_size=500,
    )


def aim_home_page(segments: Sequence[Segment]) -> None:
    """Publish banners on the Vietnamese home page, each aimed at some segments, with a default."""
    page = HomePage.objects.get(locale__language_code="vi")
    page.body = [_aimed(number, segments) for number in range(AIMED_BANNERS)]
    page.save_revision().publish()


def _aimed(number: int, segments: Sequence[Segment]) -> dict[str, Any]:
    first = number * SEGMENTS_OF_A_BANNER
    ids = [segment.pk for segment in segments[first : first + SEGMENTS_OF_A_BANNER]]
    variants = [{"segments": [one], "content": [_banner(f"Dành cho nhóm {one}")]} for one in ids]
    value = {"variants": variants, "default": [_banner("Cho mọi người")]}
    return {"type": "aimed", "id": f"00000000-0000-4000-8000-00000000000{number}", "value": value}


def _banner(title: str) -> dict[str, Any]:
    return {"type": "banner", "value": {"title": title, "text": "Một câu.", "link_page": None, "link_text": ""}}


def _write(numbers: range) -> None:
    owned, profile, consent = (
        apps.get_model("personalization", name) for name in ("OwnedProduct", "VisitorProfile", "ConsentRecord")
    )
    users = User.objects.bulk_create([User(email=f"k{at}@{DOMAIN}", full_name=f"Khách {at}") for at in numbers])
    profile.objects.bulk_create([profile(user=user, topics=list(TOPICS)) for user in users])
    owned.objects.bulk_create(
        [
            owned(user=user, product_code=item.product_code, purchased_on=item.purchased_on)
            for at, user in zip(numbers, users, strict=True)
            for item in _products(at)
        ]
    )
    consent.objects.bulk_create(
        [
            consent(user=user, purpose=PERSONALIZATION, is_granted=True, wording_version="2026-11", wording="", language="vi", source="demo")
            for user in users
        ]
    )  # fmt: skip


def _products(at: int) -> tuple[OwnedItem, ...]:
    today = timezone.localdate()
    codes = (PRODUCTS[at % 6], PRODUCTS[(at + 1) % 6], PRODUCTS[(at + 3) % 6])
    return tuple(
        OwnedItem(code, "", today - timedelta(days=60 + (at * 7 + n * 30) % 300)) for n, code in enumerate(codes)
    )


def _order(at: int, number: int, email: str, now: Any) -> OrderPayload:
    placed_at = now - timedelta(days=2 + number * 20)
    states = ("in_transit",) if number == 0 else ("in_transit", "delivered")
    events = tuple(
        EventPayload.model_validate(
            {
                "occurred_at": placed_at + timedelta(hours=8 + 20 * step),
                "status": state,
                "event_id": f"{at}-{number}-{step}",
            }
        )
        for step, state in enumerate(states)
    )
    return OrderPayload(
        external_number=f"BH-{at}-{number}",
        placed_at=placed_at,
        contact_email=email,
        lines=(LinePayload(key="1", title="Nồi chiên", product_code="NM-F6", quantity=1, unit_price=1_890_000),),
        shipments=(ShipmentPayload(key="p1", carrier="ghn", tracking_number=f"BH{at}X{number}", events=events),),
    )
