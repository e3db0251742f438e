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


@pytest.fixture
def sending(django_capture_on_commit_callbacks):
    """What is done within `with sending():` is committed, so that its letters leave."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
