"""The knowledge base."""

import pytest
from django.utils import translation


@pytest.fixture
def in_english(default_language):
    """Refusals are read in English, as the commands print them; the admin shows them in the editor's language."""
    with translation.override("en"):
        yield
