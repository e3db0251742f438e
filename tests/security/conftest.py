"""Attackers."""

import pytest
from django.test import Client


@pytest.fixture
def client_class():
    """Makes browsers that know nothing of each other."""
    return Client
