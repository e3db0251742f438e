"""Consent first: the ledger, withdrawing, taking over at sign-in, forgetting."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from personalization.consents import PURPOSES
from personalization.models import AppendOnlyError, ConsentRecord, OwnedProduct, VisitorProfile
from personalization.preferences import NOTHING_STORED, PERSONALIZATION, OwnedItem, Preferences
from personalization.services import (
    ConsentMissing,
    TooManyOwnedProducts,
    forget_visitor,
    save_preferences,
    withdraw_consent,
)
from tests.factories.personalization import (
    make_guest_cookie,
    make_user,
    make_visitor,
    store_preferences,
)

PAGE = ConsentRecord.Source.PREFERENCES


def granted(user) -> list[bool]:
    return list(ConsentRecord.objects.filter(user=user).values_list("is_granted", flat=True))


# --- Nothing before consent ---


def test_account_stores_nothing_without_consent(user):
    with pytest.raises(ConsentMissing):
        save_preferences(make_visitor(user), Preferences(topics=("bao-hanh",)), source=PAGE)

    assert not VisitorProfile.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_guest_stores_nothing_without_consent():
    visitor = make_visitor()

    with pytest.raises(ConsentMissing):
        save_preferences(visitor, Preferences(theme="dark"), source=PAGE)

    assert visitor.stored == NOTHING_STORED


def test_account_stores_choices_and_the_words_it_agreed_to(user):
    store_preferences(user, topics=("bao-hanh",), owned=(OwnedItem("NM-W85", "W1", date(2026, 5, 2)),), theme="dark")

    record = ConsentRecord.objects.get(user=user)
    assert record.is_granted
    assert record.wording == str(PURPOSES[PERSONALIZATION].wording)
    assert record.wording_version == PURPOSES[PERSONALIZATION].version
    assert make_visitor(user).preferences.owned_products == ("NM-W85",)
    assert make_visitor(user).preferences.theme == "dark"


def test_saving_again_adds_no_second_decision(user):
    choices = {"topics": ("bao-hanh",), "owned": (OwnedItem("NM-W85", "W1"),)}
    store_preferences(user, **choices)
    first = OwnedProduct.objects.get().pk

    store_preferences(user, **choices)

    assert granted(user) == [True]
    assert OwnedProduct.objects.get().pk == first


def test_more_products_than_the_cap_are_refused_whole(user):
    too_many = tuple(OwnedItem("NM-W85", str(number)) for number in range(51))

    with pytest.raises(TooManyOwnedProducts):
        store_preferences(user, owned=too_many)

    assert not OwnedProduct.objects.exists()
    assert not ConsentRecord.objects.exists()


# --- Withdrawing ---


def test_withdrawing_keeps_the_choices_unused(user):
    store_preferences(user, topics=("bao-hanh",), theme="dark")

    withdraw_consent(make_visitor(user), keep_choices=True, source=PAGE)

    visitor = make_visitor(user)
    assert visitor.preferences == NOTHING_STORED
    assert visitor.stored.topics == ("bao-hanh",)
    assert granted(user) == [True, False]


def test_withdrawing_deletes_the_choices_if_wanted(user):
    store_preferences(user, topics=("bao-hanh",), owned=(OwnedItem("NM-W85"),))

    withdraw_consent(make_visitor(user), keep_choices=False, source=PAGE)

    assert make_visitor(user).stored == NOTHING_STORED
    assert not VisitorProfile.objects.exists()
    assert not OwnedProduct.objects.exists()


def test_withdrawing_twice_is_one_decision(user):
    store_preferences(user)

    for _time in range(2):
        withdraw_consent(make_visitor(user), keep_choices=True, source=PAGE)

    assert granted(user) == [True, False]


def test_withdrawing_without_consent_records_nothing(user):
    withdraw_consent(make_visitor(user), keep_choices=False, source=PAGE)

    assert granted(user) == []


@pytest.mark.parametrize(("keep_choices", "theme"), [(True, "dark"), (False, "auto")])
def test_guest_withdraws(keep_choices, theme):
    visitor = make_visitor(cookie=make_guest_cookie(theme="dark"))

    withdraw_consent(visitor, keep_choices=keep_choices, source=PAGE)

    assert not visitor.is_personalized
    assert visitor.stored.theme == theme


def test_consent_to_older_words_is_asked_again(user):
    store_preferences(user, topics=("bao-hanh",))
    ConsentRecord.objects.create(
        user=user,
        purpose=PERSONALIZATION,
        is_granted=True,
        wording_version="2019-01",
        wording="…",
        language="vi",
        source=PAGE,
    )

    assert not make_visitor(user).is_personalized


# --- The ledger ---


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.save(),
        lambda record: record.delete(),
        lambda record: ConsentRecord.objects.all().delete(),
        lambda record: ConsentRecord.objects.update(is_granted=False),
    ],
)
def test_ledger_is_never_changed(user, change):
    store_preferences(user)
    record = ConsentRecord.objects.get()
    record.is_granted = False

    with pytest.raises(AppendOnlyError):
        change(record)

    assert granted(user) == [True]


def test_one_product_is_owned_once_per_serial_number(user):
    OwnedProduct.objects.create(user=user, product_code="NM-W85", serial_number="W1")

    with pytest.raises(IntegrityError), transaction.atomic():
        OwnedProduct.objects.create(user=user, product_code="NM-W85", serial_number="W1")


# --- Forgetting ---


def test_forgotten_visitor_leaves_decisions_without_a_name(user):
    store_preferences(user, topics=("bao-hanh",), owned=(OwnedItem("NM-W85", "W1"),))
    other = make_user("binh@example.com")
    store_preferences(other, topics=("may-giat",))

    forget_visitor(user)

    assert make_visitor(user).stored == NOTHING_STORED
    assert list(ConsentRecord.objects.filter(user=None).values_list("is_granted", flat=True)) == [True]
    assert make_visitor(other).preferences.topics == ("may-giat",)


def test_deleted_account_leaves_decisions_without_a_name(user):
    store_preferences(user, owned=(OwnedItem("NM-W85", "W1"),))

    get_user_model().objects.get(pk=user.pk).delete()

    assert not OwnedProduct.objects.exists()
    assert ConsentRecord.objects.get().user is None


def test_decision_carries_the_moment_it_was_taken(user):
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        store_preferences(user)

    assert ConsentRecord.objects.get().decided_at.isoformat() == "2026-11-21T10:00:00+00:00"


# --- Cost ---


def test_account_without_choices_costs_one_query(user, django_assert_num_queries):
    visitor = make_visitor(user)

    with django_assert_num_queries(1):
        assert visitor.preferences == NOTHING_STORED


def test_account_with_choices_costs_one_query(user, django_assert_num_queries):
    store_preferences(user, owned=tuple(OwnedItem("NM-W85", str(number)) for number in range(40)))
    visitor = make_visitor(user)

    with django_assert_num_queries(1):
        assert len(visitor.preferences.owned) == 40
