"""Who is looking at the page: user, language and stored preferences, each asked for only when used."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language


class Visitor:
    """The person behind a request; costs no query until something is asked."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @property
    def user(self) -> Any:
        return self.request.user

    @property
    def is_signed_in(self) -> bool:
        return bool(self.request.user.is_authenticated)

    @property
    def language(self) -> str:
        return (get_language() or "vi").split("-")[0]

    @cached_property
    def preferences(self) -> Any:
        """The stored preferences; the empty ones for a visitor who told us nothing."""
        return None
