"""Numbers in the environment: taken as they are meant, refused in a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings.environment import Environment


@pytest.mark.parametrize(("text", "number"), [("80", 80), ("0", 0)])
def test_number_is_read(monkeypatch, text, number):
    monkeypatch.setenv("SEARCH_CACHE_MB", text)

    assert Environment().int("SEARCH_CACHE_MB", default=5) == number


def test_default_holds_where_nothing_is_said(monkeypatch):
    monkeypatch.delenv("SEARCH_CACHE_MB", raising=False)

    assert Environment().int("SEARCH_CACHE_MB", default=5) == 5
    assert Environment().float("MODULE_SECONDS", default=1.0) == 1.0


@pytest.mark.parametrize("text", ["abc", "", "0.5", "-1"])
def test_what_is_no_number_is_named(monkeypatch, text):
    monkeypatch.setenv("SEARCH_CACHE_MB", text)

    with pytest.raises(ImproperlyConfigured, match="SEARCH_CACHE_MB is"):
        Environment().int("SEARCH_CACHE_MB", default=5)
