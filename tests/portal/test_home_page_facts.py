"""Each personal box stands on a stored fact: without it, that box and no other is gone from the next page.

One customer who has something to see in every box; each test takes one thing away and looks again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kb.models import FaqPage
from kb.services.reading_history import note_reading
from personalization import facts, registry
from personalization.models import ConsentRecord
from personalization.preferences import BEHAVIOUR, OFFERS, PERSONALIZATION, OwnedItem
from personalization.selectors import modules_for, stored_preferences_of
from personalization.services import save_account_preferences, withdraw_purpose
from portal.models import User
from support.models import Ticket
from tests.factories.kb import make_article, make_category, make_policy, make_product, publish_policy
from tests.factories.people import make_user
from tests.factories.personalization import make_visitor, store_preferences
from tests.factories.support import open_ticket
from tests.factories.tracking import (
    NOON,
    award,
    make_delivered_order,
    make_order,
    make_terms,
    shipment_payload,
)
from tests.portal.test_notices import make_notice
from tracking.models import CustomerAccount, Order
from tracking.services import account_of_user

NOW = NOON + timedelta(days=1)
# Site, page, session, account, choices; what comes on top is counted by boxes.
EVERY_PAGE = 8
FOR_EVERYBODY = ("kb.topics", "kb.popular", "portal.announcements", "portal.offers", "support.ask_a_person")


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The customer and their things, made once for this file and taken back at its end."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield make_world()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def make_world() -> int:
    category = make_category(code="bao-hanh")
    product = make_product("NM-R9", name="Máy lọc R9", tasks=[("Thay lõi", 6)])
    article = make_article(category, title="Về máy lọc", products=[product])
    make_article(category, title="Máy lọc chảy yếu", products=[product])
    make_article(category, model=FaqPage, title="Bao lâu?")
    policy = make_policy(category, from_day="2026-01-01")
    publish_policy(policy, from_day="2026-11-10", change_summary="Đổi trả trong 30 ngày.")
    make_notice("Tổng đài nghỉ một buổi.", place="orders")
    make_notice("Lõi lọc giảm 15%.", place="offers")
    make_terms(warranty_months=24)

    user = make_user("an@example.com")
    make_order(
        customer=user,
        external_number="LATE",
        placed_at=NOW,
        shipments=[shipment_payload("in_transit", "attempt_failed")],
    )
    make_order(customer=user, external_number="COMING", placed_at=NOW, shipments=[shipment_payload("in_transit")])
    make_delivered_order(customer=user, external_number="RULES", delivered_at=NOW - timedelta(days=30))
    make_delivered_order(customer=user, external_number="WARRANTY", delivered_at=NOW - timedelta(days=715))
    award(account_of_user(user=user), 120, expires_on=NOW.date() + timedelta(days=90))
    open_ticket(user)
    preferences = replace(
        stored_preferences_of(user),
        topics=("bao-hanh",),
        owned=(OwnedItem("NM-R9", "", NOW.date() - timedelta(days=175)),),
        consents=frozenset({PERSONALIZATION, BEHAVIOUR, OFFERS}),
    )
    save_account_preferences(user, preferences, source=ConsentRecord.Source.PREFERENCES)
    assert note_reading(make_visitor(user), article.pk)
    return user.pk


@pytest.fixture
def customer(world, db) -> User:
    return User.objects.get(pk=world)


def keys(user: User) -> list[str]:
    """What the customer's page shows, asked as the next request asks."""
    return [module.key for module in modules_for(make_visitor(User.objects.get(pk=user.pk)))]


def without_order(number: str) -> Callable[[User], None]:
    return lambda user: Order.objects.filter(customer=user, external_number=number).update(customer=None) and None


def choose(**choices) -> Callable[[User], None]:
    def change(user: User) -> None:
        stored = stored_preferences_of(user)
        save_account_preferences(user, replace(stored, **choices), source=ConsentRecord.Source.PREFERENCES)

    return change


def withdraw(purpose: str) -> Callable[[User], None]:
    return lambda user: withdraw_purpose(make_visitor(user), purpose, source=ConsentRecord.Source.PREFERENCES)


def forget_purchase_day(user: User) -> None:
    stored = stored_preferences_of(user)
    choose(owned=tuple(replace(item, purchased_on=None) for item in stored.owned))(user)


DELETIONS: dict[str, Callable[[User], object]] = {
    "tracking.orders_in_trouble": without_order("LATE"),
    "tracking.open_orders": without_order("COMING"),
    "tracking.warranty": without_order("WARRANTY"),
    "tracking.account_status": lambda user: CustomerAccount.objects.filter(user=user).update(user=None),
    "kb.policy_changes": without_order("RULES"),
    "kb.due_maintenance": forget_purchase_day,
    "kb.chosen_topics": choose(topics=()),
    "kb.continue_reading": withdraw(BEHAVIOUR),
    "support.my_cases": lambda user: Ticket.objects.filter(user=user).delete(),
    "portal.offers": withdraw(OFFERS),
}
# What the visitor owns is behind three boxes at once: nothing can be maintained or recommended that is not there.
SHARED = {
    "kb.owned_products": (choose(owned=()), {"kb.owned_products", "kb.due_maintenance"}),
    "kb.recommended": (
        choose(owned=(), topics=()),
        {"kb.recommended", "kb.owned_products", "kb.due_maintenance", "kb.chosen_topics"},
    ),
}


def test_the_customer_sees_every_personal_box_and_each_names_facts_that_exist(customer):
    shown = modules_for(make_visitor(customer))

    personal = {module.key for module in registry.modules("home") if module.is_personal}
    assert {module.key for module in shown if module.is_personal} == personal
    assert {*DELETIONS, *SHARED} == personal
    for module in shown:
        if module.is_personal:
            assert str(module.reason.text)
            assert module.reason.facts
            assert len(module.facts) == len(module.reason.facts), module.key
            assert {fact.key for fact in facts.facts()} >= set(module.reason.facts)


@pytest.mark.parametrize("key", DELETIONS)
def test_without_its_fact_exactly_this_box_is_gone(customer, key):
    before = keys(customer)

    DELETIONS[key](customer)

    assert key in before
    assert keys(customer) == [one for one in before if one != key]


@pytest.mark.parametrize("key", SHARED)
def test_without_a_fact_of_several_boxes_exactly_these_are_gone(customer, key):
    delete, gone = SHARED[key]
    before = keys(customer)

    delete(customer)

    assert key in before
    assert set(before) - set(keys(customer)) == gone


def test_what_waits_for_the_customer_stands_first_and_what_is_for_everybody_last(customer):
    shown = keys(customer)

    assert shown[0] == "tracking.orders_in_trouble"
    assert set(shown[-len(FOR_EVERYBODY) :]) == set(FOR_EVERYBODY)


def test_without_consent_the_page_is_that_of_a_stranger(customer):
    stranger = [module.key for module in modules_for(make_visitor())]

    withdraw(PERSONALIZATION)(customer)

    assert keys(customer) == stranger


def cost_of_page(client, user: User) -> tuple[int, int]:
    """How many queries the page asks when its public lists are warm, and how many boxes it shows."""
    client.force_login(user)
    client.get("/vi/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/vi/")
    return len(asked), page.text.count('class="module__title"')


def test_every_personal_box_is_hidden_changed_and_stopped_from_its_own_frame(client, customer):
    client.force_login(customer)
    page = BeautifulSoup(client.get("/vi/").content, "html.parser")
    boxes = page.select(".module:has(input[name=key])")

    assert len(boxes) >= 16
    # Nine stand open; the others are folded away behind their names.
    folded = page.select_one("main > .container > details")
    assert len(boxes) - len(folded.select(".module")) == 9
    assert all(box.h2.text in folded.summary.text for box in folded.select(".module"))
    for box in boxes:
        title = box.select_one(".module__title").text
        assert box.select_one('form[action$="/modules/hide/"] button:not([formaction])'), title
        assert box.select_one('button[formaction$="/preferences/withdraw/"][name=choices][value=keep]'), title
        assert box.select_one(".module__why form > a[href]"), title


def test_page_asks_eight_queries_and_one_for_each_box_whatever_the_number_of_orders(client, customer):
    queries, boxes = cost_of_page(client, customer)
    number = count()

    def copies(order: Order) -> list[Order]:
        rows = [Order.objects.get(pk=order.pk) for _time in range(40)]
        for row in rows:
            row.pk, row.reference, row.external_number = None, f"C{next(number):09}", f"copy-{next(number)}"
        return rows

    for name in ("COMING", "RULES", "WARRANTY"):
        Order.objects.bulk_create(copies(Order.objects.get(customer=customer, external_number=name)))
    with_many_orders, as_many_boxes = cost_of_page(client, customer)

    assert boxes >= 16
    # The warranty that ends is of an order behind the newest hundred now.
    assert as_many_boxes == boxes - 1
    assert with_many_orders == queries <= EVERY_PAGE + as_many_boxes


def test_pages_of_customers_with_little_keep_to_it_too(client, customer):
    newcomer = make_user("moi@example.com")
    store_preferences(newcomer)
    returning = make_user("cu@example.com")
    store_preferences(returning)
    make_delivered_order(customer=returning, external_number="OLD", delivered_at=NOW - timedelta(days=300))

    waiting = make_user("cho@example.com")
    store_preferences(waiting)
    make_order(
        customer=waiting, external_number="ON-ITS-WAY", placed_at=NOW, shipments=[shipment_payload("in_transit")]
    )

    for user in (newcomer, returning, waiting):
        queries, boxes = cost_of_page(client, user)

        assert queries <= EVERY_PAGE + boxes


def test_whoever_has_something_of_everything_and_sees_no_box_costs_eight(client, customer):
    """The boxes for everybody are hidden; what could fill the others is there, and gives nothing to say."""
    user = make_user("nhieu@example.com")
    everything = frozenset(module.key for module in registry.modules("home") if not module.is_personal)
    store_preferences(
        user,
        consents=frozenset({PERSONALIZATION, BEHAVIOUR, OFFERS}),
        owned=(OwnedItem("NM-UNKNOWN", "", NOW.date()),),
        hidden_modules=everything | {"portal.offers"},
    )
    make_delivered_order(customer=user, external_number="LONG-AGO", delivered_at=NOW - timedelta(days=400))
    award(account_of_user(user=user), 120, expires_on=NOW.date() - timedelta(days=1))

    queries, boxes = cost_of_page(client, user)

    assert boxes == 0
    assert queries <= EVERY_PAGE
