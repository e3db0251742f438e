"""Who is looking at the page: user, language and stored preferences, each asked for only when used."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import get_language

from personalization.facts import VisitorFacts
from personalization.preferences import NOTHING_STORED, Preferences


class Visitor:
    """The person behind a request; costs no query until something is asked."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @property
    def user(self) -> AbstractBaseUser | AnonymousUser:
        return self.request.user

    @property
    def is_signed_in(self) -> bool:
        return bool(self.request.user.is_authenticated)

    @property
    def language(self) -> str:
        """The language of this page, "vi" or "en"; the stored wish is `preferences.language`."""
        return (get_language() or "vi").split("-")[0]

    @cached_property
    def stored(self) -> Preferences:
        """Everything stored, allowed or not: for the preferences page and the export only.

        Cost: none for a guest (signed cookie); one to three queries for an account.
        """
        return NOTHING_STORED

    @property
    def preferences(self) -> Preferences:
        """The preferences that pages may use; the default ones unless the visitor allows personalization."""
        return self.stored if self.stored.allows_personalization else NOTHING_STORED

    @property
    def is_personalized(self) -> bool:
        """Whether the visitor allows pages to be built from what is stored about them."""
        return self.stored.allows_personalization

    @cached_property
    def facts(self) -> VisitorFacts:
        """What the apps know about this visitor, each fact computed when first asked."""
        return VisitorFacts(self)
