"""Who is looking at the page: user, language and stored preferences, each asked for only when used."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_from_request

from personalization import guest, selectors
from personalization.consents import is_allowed
from personalization.facts import Tally, VisitorFacts
from personalization.merging import Difference, differences
from personalization.preferences import NOTHING_STORED, PERSONALIZATION, Preferences
from personalization.segments.audience import Audience
from portal.lib.cookies import DISMISSED_NOTICES, WELCOME_DISMISSED
from portal.lib.languages import active_language

T = TypeVar("T")

# Who sends none of these is told apart by nothing: no session, no choices of a guest, no message that waits, no notice put
# away.
COOKIES_OF_A_PERSON = (
    settings.SESSION_COOKIE_NAME,
    guest.COOKIE_NAME,
    CookieStorage.cookie_name,
    DISMISSED_NOTICES,
    WELCOME_DISMISSED,
)


def brings_nothing_personal(request: HttpRequest) -> bool:
    """Say whether the answer to `request` may be one that was made for somebody else. Costs no query."""
    return "Authorization" not in request.headers and not any(name in request.COOKIES for name in COOKIES_OF_A_PERSON)


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who is looking at the page; `VisitorMiddleware` has put them there."""
    return cast("Visitor", request.visitor)  # type: ignore[attr-defined]  # HttpRequest knows no attribute of a middleware


def preferred_language(request: HttpRequest) -> str:
    """Return the language for a visitor whose address names none: stored, else the browser's, else the default."""
    return visitor_of(request).preferences.language or get_language_from_request(request)


def address_of_merging(visitor: Visitor, following: str) -> str:
    """Return where to go after signing in: `following`, with the questions before it if there are any."""
    if not visitor.undecided:
        return following
    return f"{reverse('preference_merge')}?{urlencode({'next': following})}"


class NotSignedIn(Exception):
    """A guest was asked for an account; look at `is_signed_in` first."""


class Visitor:
    """The person behind a request; costs no query until something is asked."""

    def __init__(self, request: HttpRequest):
        self.request = request
        self._cookie_to_write: str | None = None
        self._is_uncacheable = False
        self._read: dict[Callable[[Visitor], object], object] = {}

    @classmethod
    def of_account(cls, user: AbstractBaseUser) -> Visitor:
        """Return `user` as a visitor without a browser: for letters, counts and previews."""
        request = HttpRequest()
        request.user = user  # type: ignore[assignment]  # stubs: the model of the settings
        visitor = cls(request)
        request.visitor = visitor  # type: ignore[attr-defined]  # a middleware's attribute
        return visitor

    @property
    def user(self) -> AbstractBaseUser | AnonymousUser:
        return self.request.user

    @property
    def is_signed_in(self) -> bool:
        return bool(self.request.user.is_authenticated)

    @property
    def account(self) -> AbstractBaseUser:
        """The signed-in user; raises NotSignedIn for a guest, who has none."""
        user = self.request.user
        if isinstance(user, AnonymousUser):
            raise NotSignedIn
        return user

    @property
    def language(self) -> str:
        """The language of this page, "vi" or "en"; the stored wish is `preferences.language`."""
        return active_language()

    @cached_property
    def stored(self) -> Preferences:
        """Everything stored, allowed or not: for the preferences page and the export only.

        Cost: none for a guest (signed cookie); one query for an account.
        """
        if not self.is_signed_in:
            return self.guest_choices.preferences if self.guest_choices else NOTHING_STORED
        return self._kept.preferences

    @cached_property
    def _kept(self) -> selectors.Kept:
        return selectors.kept_of(self.account)

    def tally(self, wanted: Tally) -> int:
        """Return how many rows of `wanted` there are, 0 for a guest and without consent. Cost: that of `stored`."""
        is_known = self.is_signed_in and self.allows(wanted.purpose)
        return self._kept.tallies.get(wanted.key, 0) if is_known else 0

    @property
    def may_be_welcomed(self) -> bool:
        """Whether the home page may offer the welcome: to whoever has allowed nothing and did not put it away."""
        return not self.is_personalized and WELCOME_DISMISSED not in self.request.COOKIES

    @property
    def preferences(self) -> Preferences:
        """The preferences that pages may use; the default ones unless the visitor allows personalization."""
        return self.stored if self.stored.allows_personalization else NOTHING_STORED

    @property
    def is_personalized(self) -> bool:
        """Whether the visitor allows pages to be built from what is stored about them."""
        return self.allows(PERSONALIZATION)

    def allows(self, purpose: str) -> bool:
        """Say whether the visitor allows `purpose` at present, and what it needs."""
        return is_allowed(purpose, self.stored.consents)

    @cached_property
    def facts(self) -> VisitorFacts:
        """What the apps know about this visitor, each fact computed when first asked."""
        return VisitorFacts(self)

    @cached_property
    def audience(self) -> Audience:
        """Which segments of the editors hold for this visitor, each decided when first asked."""
        return Audience(self.facts)

    def once(self, read: Callable[[Visitor], T]) -> T:
        """Return `read(visitor)`, read at most once in this request: for modules that show parts of one list."""
        if read not in self._read:
            self._read[read] = read(self)
        return cast("T", self._read[read])

    @cached_property
    def guest_choices(self) -> guest.GuestChoices | None:
        """What this browser holds for its guest, whoever is signed in; None without a usable cookie."""
        return guest.read(self.request)

    @property
    def has_lost_choices(self) -> bool:
        """Whether the browser brought choices that nobody can read: cut, forged, too old. They go with this answer."""
        return bool(self.request.COOKIES.get(guest.COOKIE_NAME)) and self.guest_choices is None

    @cached_property
    def undecided(self) -> list[Difference]:
        """What this browser's choices, made before signing in, say otherwise than the account; until its owner decides.

        Empty for a guest, and for choices that were kept without consent: nobody may use those.
        """
        choices = self.guest_choices
        if not self.is_signed_in or choices is None or not choices.preferences.allows_personalization:
            return []
        return differences(self.stored, choices.preferences)

    def keep_in_browser(self, choices: guest.GuestChoices | None) -> None:
        """Let the answer to this request carry `choices` into the browser; None takes the cookie away.

        Raises TooMuchForBrowser, and then nothing changes.
        """
        self._cookie_to_write = guest.pack(choices) if choices else ""
        self.forget_what_was_read()
        self.guest_choices = choices

    def forget_what_was_read(self) -> None:
        """Read anew what is stored: it was changed, or somebody signed in during this request."""
        for name in ("stored", "_kept", "facts", "audience", "guest_choices", "undecided"):
            self.__dict__.pop(name, None)
        self._read.clear()

    def keep_out_of_caches(self) -> None:
        """Let nobody keep the answer to this request: something is missing from it that the next one may have."""
        self._is_uncacheable = True

    def finish(self, response: HttpResponse) -> None:
        """Write the pending cookie, and keep a page that depends on a person out of every shared cache."""
        if self._is_uncacheable:
            patch_cache_control(response, private=True, no_store=True)
        if self._cookie_to_write is None and self._holds_useless_cookie:
            self._cookie_to_write = ""
        if self._cookie_to_write is not None:
            guest.write(response, self._cookie_to_write)
        if "stored" not in self.__dict__ and self._cookie_to_write is None:
            return
        patch_vary_headers(response, ["Cookie"])
        if self.is_signed_in or self.stored != NOTHING_STORED:
            patch_cache_control(response, private=True, no_store=True)

    @property
    def _holds_useless_cookie(self) -> bool:
        return self.__dict__.get("guest_choices", ...) is None and guest.COOKIE_NAME in self.request.COOKIES
