"""A registry with fakes instead of the other apps: personalization is tested without orders and articles."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from personalization import facts, registry, visitor_facts
from tests.factories.personalization import make_module, make_user


@pytest.fixture(autouse=True)
def fake_templates(settings):
    engine = {**django_settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}
    settings.TEMPLATES = [engine]


@pytest.fixture
def empty_registry(monkeypatch):
    """No modules, no choices, and only the facts of personalization itself."""
    own = (visitor_facts.topics, visitor_facts.owned_products)
    monkeypatch.setattr(registry, "_modules", {})
    monkeypatch.setattr(registry, "_choice_providers", {})
    monkeypatch.setattr(facts, "_facts", {fact.key: fact for fact in own})


@pytest.fixture
def fake_registry(empty_registry):
    """Three modules for everyone (a, b, c) and one personal (mine), two topics and two products."""
    for place, key in enumerate(["a", "b", "c"], start=1):
        registry.register(make_module(key, order=place * 10))
    registry.register(
        make_module(
            "mine",
            order=5,
            is_personal=True,
            reason=lambda self, visitor, content: registry.Reason("Vì bạn chọn chủ đề.", fact="preferences.topics"),
        )
    )
    registry.register_choices(
        "topics", lambda language: [registry.Choice("bao-hanh", "Bảo hành"), registry.Choice("may-giat", "Máy giặt")]
    )
    registry.register_choices(
        "products", lambda language: [registry.Choice("NM-W85", "Máy giặt W85"), registry.Choice("NM-R9", "Máy lọc R9")]
    )


@pytest.fixture
def user(db):
    return make_user()


@pytest.fixture
def address() -> str:
    return reverse("preferences")


@pytest.fixture
def account(client, user):
    client.force_login(user)
    return client
