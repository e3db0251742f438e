"""What this site does differently from allauth: who may sign in, where one may be sent next, and the letters."""

from __future__ import annotations

import logging
import secrets
import smtplib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from personalization.visitor import address_of_merging, visitor_of
from portal import demo_guard
from portal.lib import shop

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LetterHead:
    """What allauth's letters call the site: its name, and the address from the settings, not from the request."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):
    """The one choke point of every sign-in (password, code, passkey) and of every account letter."""

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse | None:
        """Refuse a demo account beyond this machine, with a sentence."""
        response = super().pre_login(request, user, **options)
        if response is None and demo_guard.is_refused(user.get_username(), request):
            clear_login(request)
            messages.error(
                request, _("This demo account has a published password. It works on the machine of the demo only.")
            )
            response = redirect("account_login")
        return response

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **options: Any) -> HttpResponse:
        """Lead by the questions about this browser's choices, if there are any, to where allauth would go."""
        response = super().post_login(request, user, **options)
        if isinstance(response, HttpResponseRedirect):
            response["Location"] = address_of_merging(visitor_of(request), response.url)
        return response

    def is_safe_url(self, url: str) -> bool:
        """Accept the host of this request alone; other names of ALLOWED_HOSTS may be other people's sites."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the home page in the language just read; `/` would guess it from the browser again."""
        return f"/{get_language() or settings.LANGUAGE_CODE}/"

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("welcome_topics")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Spend the time that hashing a new account's password takes, so that the clock does not tell who has one."""
        make_password(secrets.token_urlsafe())
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an account letter now: its code is good for minutes, so a later letter would be worth nothing.

        When the mail server does not take it the reader is told and can ask again; alike for an address that has
        an account and for one that has none. A notice of what has already happened stops nothing: it is logged.
        """
        try:
            super().send_mail(template_prefix, email, {"current_site": letter_head(), **_with_our_links(context)})
        except (OSError, smtplib.SMTPException) as error:
            logger.error("The letter %s was not sent (%s).", template_prefix, type(error).__name__)
            if not _is_notice(context):
                messages.error(
                    self.request, _("We cannot send letters at the moment. Please try again in a few minutes.")
                )
                raise ImmediateHttpResponse(redirect(self.request.get_full_path())) from error

    def render_mail(self, template_prefix: str, email: str | list[str], *args: Any, **options: Any) -> Any:
        letter = super().render_mail(template_prefix, email, *args, **options)
        letter.extra_headers["Auto-Submitted"] = "auto-generated"
        letter.extra_headers["Content-Language"] = get_language() or settings.LANGUAGE_CODE
        return letter


def letter_head() -> LetterHead:
    """Return name and domain for allauth's letter templates."""
    return LetterHead(name=shop.facts().name, domain=urlsplit(settings.SITE_URL).netloc)


def _is_notice(context: dict[str, Any]) -> bool:
    # allauth's notices, and they alone, say when and from where the change was made.
    return "timestamp" in context


def _with_our_links(context: dict[str, Any]) -> dict[str, Any]:
    """Return `context` with its links on SITE_URL; allauth builds them from the Host header of whoever asks."""
    origin = urlsplit(settings.SITE_URL)
    return {
        name: urlsplit(value)._replace(scheme=origin.scheme, netloc=origin.netloc).geturl()
        if name.endswith("_url")
        else value
        for name, value in context.items()
    }
