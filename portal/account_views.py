"""The account page: what each app keeps for the signed-in customer, put together from the parts that they offer."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from personalization.selectors import modules_for
from personalization.visitor import visitor_of
from portal import personal_data
from portal.lib.limits import limited
from portal.lib.responses import confidential
from portal.models import User


class SignedInRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


DOWNLOAD_RATES = "20/h/user"


@confidential
@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show what every app keeps for this account. Its cost does not grow with what is in it."""
    parts = modules_for(visitor_of(request), "account")
    return render(request, "portal/account.html", {"parts": parts})


@confidential
@require_safe
@login_required
def data(request: SignedInRequest) -> HttpResponse:
    """Show what every app keeps about this person, and where to correct, restrict, take along and erase it."""
    return render(request, "portal/account_data.html", {"parts": personal_data.parts_of(request.user)})


@confidential
@require_safe
@login_required
def download(request: SignedInRequest) -> HttpResponse:
    """Give all of it as one file."""
    if limited(request, action="data_download", rates=DOWNLOAD_RATES):
        messages.error(request, _("That was often. Wait an hour, then download again."))
        return redirect("account_data")
    archive = personal_data.archive_of(visitor_of(request), request.user)
    response = HttpResponse(archive, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="data-{timezone.localdate():%Y-%m-%d}.zip"'
    return response


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def erase(request: SignedInRequest) -> HttpResponse:
    """Say what goes and what stays; then erase the account for whoever has just proved once more who they are."""
    has_agreed = request.POST.get("agree") == "yes"
    if request.method == "POST" and has_agreed and not request.user.is_staff:
        user = request.user
        logout(request)
        personal_data.erase_account(user)
        messages.success(request, _("Your account and your data are erased."))
        return redirect(f"/{get_language()}/")
    context = {"stays": personal_data.what_stays(), "is_missing": request.method == "POST" and not has_agreed}
    return render(request, "portal/account_erase.html", context)
