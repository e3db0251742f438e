"""The demo's accounts: made once, never where a published password would be a door."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from personalization.models import ConsentRecord, OwnedProduct
from personalization.services import withdraw_consent
from portal.demo import people
from portal.models import User
from tests.factories.personalization import make_visitor

pytestmark = pytest.mark.django_db


def customer() -> User:
    return User.objects.get(email="khach@nhamay.example")


def test_customers_prefer_different_things():
    people.load(refresh=False)

    first = make_visitor(customer()).preferences
    second = make_visitor(User.objects.get(email="khach2@nhamay.example")).preferences
    assert first.owned_products == ("NM-W85", "NM-R9")
    assert first.topics == ("bao-hanh", "may-giat")
    assert (second.theme, second.owned_products) == ("dark", ("NM-L210",))
    assert second.hidden_modules
    third = make_visitor(User.objects.get(email="khach3@nhamay.example")).preferences
    assert (third.theme, third.owned_products, third.pinned_modules) == ("light", ("NM-S7",), ("kb.chosen_topics",))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("bientap", "writer"),
        ("duyet", "reviewer"),
        ("dich", "translator"),
        ("hotro", "agent"),
        ("quantri", "administrator"),
    ],
)
def test_staff_stand_in_their_groups_and_may_enter_the_admin(client, name, role):
    people.load(refresh=False)

    user = User.objects.get(email=f"{name}@nhamay.example")
    assert (user.is_staff, user.is_superuser) == (True, False)
    assert user.groups.get() == Group.objects.get(role=role)
    assert user.has_perm("wagtailadmin.access_admin")


def test_customer_may_not_enter_the_admin(client):
    people.load(refresh=False)
    client.force_login(customer())

    assert client.get("/admin/").status_code == 302
    assert not customer().is_staff


def test_loading_twice_changes_nothing():
    people.load(refresh=False)
    before = (User.objects.count(), OwnedProduct.objects.count(), ConsentRecord.objects.count())

    people.load(refresh=False)

    assert (User.objects.count(), OwnedProduct.objects.count(), ConsentRecord.objects.count()) == before
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(people.DEMO_ACCOUNTS)


def test_refreshing_moves_the_dates_of_purchase():
    people.load(refresh=False)
    bought_on = OwnedProduct.objects.get(product_code="NM-R9").purchased_on

    with time_machine.travel(timezone.now() + timedelta(days=30)):
        people.load(refresh=True)

    assert OwnedProduct.objects.get(product_code="NM-R9").purchased_on == bought_on + timedelta(days=30)


def test_withdrawn_consent_of_a_demo_account_stays_withdrawn():
    people.load(refresh=False)
    withdraw_consent(make_visitor(customer()), keep_choices=False, source="preferences")

    people.load(refresh=True)

    assert not make_visitor(customer()).is_personalized


def test_published_passwords_are_not_made_outside_the_demo(settings):
    settings.DEMO = False

    with pytest.raises(CommandError):
        people.load(refresh=False)

    assert not User.objects.exists()


def test_demo_customer_signs_in_with_the_published_password(client):
    people.load(refresh=False)

    response = client.post(
        reverse("account_login"),
        {"login": "khach@nhamay.example", "password": people.DEMO_PASSWORD, "next": "/vi/"},
        headers={"host": "127.0.0.1"},  # elsewhere a published password opens nothing
    )

    assert response.status_code == 302
    assert response["Location"] == "/vi/"


@pytest.mark.parametrize(
    ("email", "answer"), [("KHACH@nhamay.example", True), ("ai@nhamay.example", False), ("", False)]
)
def test_demo_accounts_are_known_by_their_address(email, answer):
    assert people.is_demo_email(email) is answer
