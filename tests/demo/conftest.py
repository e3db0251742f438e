"""The demo shop, loaded once for everything that stands on it: that takes as long as five hundred other tests."""

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="package")
def loaded_once(django_db_setup, django_db_blocker):
    """The whole demo shop, taken back behind the last test of this folder."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def demo(loaded_once, db):
    """Each test changes its own savepoint of the loaded demo."""
