"""The account page: what each app keeps for the signed-in customer, put together from the parts that they offer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from personalization.selectors import modules_for
from portal.lib.responses import confidential


@confidential
@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show what every app keeps for this account. Its cost does not grow with what is in it."""
    parts = modules_for(request.visitor, "account")  # type: ignore[attr-defined]
    return render(request, "portal/account.html", {"parts": parts})
