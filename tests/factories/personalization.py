"""The smallest valid things of personalization."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse

from personalization import guest, registry
from personalization.consents import PURPOSES
from personalization.models import ConsentRecord
from personalization.preferences import PERSONALIZATION, Preferences
from personalization.services import save_preferences
from personalization.visitor import Visitor

CONSENTED = frozenset({PERSONALIZATION})
GIVEN_AT = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def make_user(email: str = "an@example.com"):
    return get_user_model().objects.create_user(email, password="mot-mat-khau-dai")


def make_visitor(user: Any = None, cookie: str = "") -> Visitor:
    request = RequestFactory().get("/vi/")
    request.user = user or AnonymousUser()
    if cookie:
        request.COOKIES[guest.COOKIE_NAME] = cookie
    visitor = Visitor(request)
    request.visitor = visitor
    return visitor


def store_preferences(user: Any, **choices: Any) -> Preferences:
    """Let `user` consent and choose; the rest keeps its default."""
    preferences = Preferences(**{"consents": CONSENTED, **choices})
    save_preferences(make_visitor(user), preferences, source=ConsentRecord.Source.PREFERENCES)
    return preferences


def make_guest_cookie(**choices: Any) -> str:
    """The cookie of a guest who consented and chose."""
    consent = guest.GivenConsent(PURPOSES[PERSONALIZATION].version, "vi", GIVEN_AT)
    return guest.pack(guest.GuestChoices(Preferences(**{"consents": CONSENTED, **choices}), {PERSONALIZATION: consent}))


def make_module(key: str, **attributes: Any) -> type[registry.Module]:
    """A module that shows its key to everyone; `attributes` override."""
    defaults = {
        "key": key,
        "title": f"Ô {key}",
        "template_name": "fake_module.html",
        "is_personal": False,
        "content": lambda self, visitor: {"text": f"nội dung {key}"},
        "reason": lambda self, visitor, content: registry.Reason(f"Lý do {key}"),
    }
    return type(f"Fake{key.title()}", (registry.Module,), {**defaults, **attributes})


def preferences_form(**fields: Any) -> dict[str, Any]:
    """What a browser sends from the preferences page with nothing chosen and consent ticked."""
    rows = fields.pop("products", [])
    data: dict[str, Any] = {
        "language": "",
        "theme": "auto",
        "text_size": "normal",
        "density": "comfortable",
        "topics": [],
        "consent": "on",
        "products-TOTAL_FORMS": str(len(rows)),
        "products-INITIAL_FORMS": "0",
        **{f"position-{module.key}": str(place) for place, module in enumerate(registry.modules("home"), start=1)},
        **fields,
    }
    for number, row in enumerate(rows):
        for name in ("product_code", "serial_number", "purchased_on"):
            data[f"products-{number}-{name}"] = row.get(name, "")
    return {name: value for name, value in data.items() if value is not None}


def preferences_url() -> str:
    return reverse("preferences")
