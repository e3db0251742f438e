"""Probes by any name; bodies too large; redirects; caches; the guard before the admin: a second factor, no demo account."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.defaults import permission_denied
from wagtail.contrib.redirects.middleware import RedirectMiddleware

from portal import demo_guard
from portal.lib.shared_caches import FOR_ONE_BROWSER

PROBES = frozenset({"/healthz", "/readyz"})


class ProbeMiddleware:
    """Answer probes before anything looks at the name they ask for, or sends them from http to https.

    A supervisor or load balancer asks an address (127.0.0.1, 10.0.0.7), which a public site's ALLOWED_HOSTS does not
    name. The two answers hold no personal data and do not depend on the name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in PROBES:
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path)
        return match.func(request)


class BodyLimitMiddleware:
    """Refuse a body that is larger than any picture or document may be, before a byte of it is kept on the disk.

    Django's own limits leave files out, also on pages that take none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.MAX_BODY_BYTES:
            raise RequestDataTooBig(f"The body has {length} bytes; at most {settings.MAX_BODY_BYTES} are taken.")
        return self.get_response(request)


class PrivateByDefaultMiddleware:
    """Keep out of shared caches what says nothing about them: some keep such an answer for everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", FOR_ONE_BROWSER)
        return response


class AdminPolicyMiddleware:
    """Say to browsers what pages of the admin may load; a preview brings the policy of the page that it shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("wagtailadmin_home")):
            response.headers.setdefault("Content-Security-Policy", settings.ADMIN_CONTENT_SECURITY_POLICY)
        return response


class AdminGuardMiddleware:
    """Send staff without a second factor to its set-up page; allauth itself asks those who have one at sign-in.

    Not in the demo, whose accounts are for trying. Cost: one query for each admin request of a person outside the
    demo, none for other pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(reverse("wagtailadmin_home")):
            refusal = _refusal(request)
            if refusal is not None:
                return refusal
        return self.get_response(request)


class KeepQueryRedirectMiddleware(RedirectMiddleware):
    """Wagtail's redirects, with what stood behind the question mark: Wagtail (8.0) drops it."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        query = request.META.get("QUERY_STRING", "")
        if answer is not response and query and "?" not in answer["Location"]:
            answer["Location"] = f"{answer['Location']}?{iri_to_uri(query)}"
        return answer


def _refusal(request: HttpRequest) -> HttpResponse | None:
    user = request.user
    if not user.is_authenticated:
        return None
    if demo_guard.is_refused(user.get_username(), request):
        # A session from before the site was opened to others.
        logout(request)
        return redirect("account_login")
    if not user.has_perm("wagtailadmin.access_admin"):
        # Wagtail would send them to the sign-in, which sends whoever is signed in back here, for ever.
        return permission_denied(request, PermissionDenied())
    if settings.DEMO or is_mfa_enabled(user):
        return None
    messages.warning(
        request, _("The admin needs a second factor. Set up an authenticator app or a security key first.")
    )
    return redirect("mfa_index")
