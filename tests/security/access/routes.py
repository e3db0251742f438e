"""Every route of the site, read from the resolver, and the address that the matrix asks it under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

ADMIN = "admin/"


@dataclass(frozen=True)
class Route:
    """One pattern: its text below the root, its name or "", and the module of its view."""

    pattern: str
    name: str
    module: str

    @property
    def is_admin(self) -> bool:
        return self.pattern.startswith(ADMIN)

    @property
    def section(self) -> str:
        """The room of the admin that the route lies in; each kind of snippet is a room of its own."""
        parts = self.pattern.removeprefix(ADMIN).split("/")
        return "/".join(parts[:3]) if parts[0] == "snippets" and len(parts) > 3 else parts[0]


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns, prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern):
            yield Route(text, pattern.name or "", getattr(pattern.callback, "__module__", ""))
