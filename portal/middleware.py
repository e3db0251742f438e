"""The guard before the admin: a second factor for the staff, and no demo account beyond its machine."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import demo_guard


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
        raise PermissionDenied
    if settings.DEMO or is_mfa_enabled(user):
        return None
    messages.warning(
        request, _("The admin needs a second factor. Set up an authenticator app or a security key first.")
    )
    return redirect("mfa_index")
