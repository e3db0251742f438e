"""Who runs this help centre: name, hours, telephone. Every layer may ask; the portal's settings answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings

from portal.lib.languages import active_language
from portal.lib.snapshots import Snapshot


@dataclass(frozen=True)
class ShopFacts:
    """What the shop says of itself in one language; empty where it says nothing.

    phone          as people read it ("1900 0000"); phone_link dials it ("tel:19000000")
    hours          when a person answers, as a phrase ("8:00–21:00, every day")
    parts_url      path of the article that says how to order spare parts
    """

    name: str
    phone: str = ""
    phone_link: str = ""
    hours: str = ""
    email: str = ""
    address: str = ""
    company_line: str = ""
    parts_url: str = ""


class _NoProvider(LookupError):
    """The portal has not said where the facts come from; it does so when it starts."""


def _load() -> Mapping[str, ShopFacts]:
    if _provider is None:
        raise _NoProvider
    return _provider()


_provider: Callable[[], Mapping[str, ShopFacts]] | None = None
snapshot = Snapshot("shop", _load)


def provide(load: Callable[[], Mapping[str, ShopFacts]]) -> None:
    """Say where the facts come from: one ShopFacts for each language of the site. Called once at start-up."""
    global _provider
    _provider = load


def facts() -> ShopFacts:
    """Return the facts in the active language. Cost: none when warm (see Snapshot), else one query."""
    return _in_language(snapshot.get())


def last_known_name() -> str:
    """Return the shop's name without asking the database: for error pages."""
    known = snapshot.last_known()
    return _in_language(known).name if known else str(settings.WAGTAIL_SITE_NAME)


def _in_language(by_language: Mapping[str, ShopFacts]) -> ShopFacts:
    code = active_language()
    return by_language.get(code) or by_language[settings.LANGUAGE_CODE]
