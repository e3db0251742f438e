"""People who look at orders."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model


def make_customer(email: str):
    user = get_user_model().objects.create_user(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def customer(db):
    return make_customer("khach@example.com")


@pytest.fixture
def other_customer(db):
    return make_customer("khac@example.com")
