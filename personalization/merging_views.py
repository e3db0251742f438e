"""The page after signing in on which the visitor says what of this browser's choices goes into the account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from personalization import services
from personalization.consents import PURPOSES
from personalization.merging import ACCOUNT, BOTH, BROWSER, Difference
from personalization.models import ConsentRecord
from personalization.preferences import PERSONALIZATION, Preferences
from personalization.responses import back, is_too_fast, safe_next
from personalization.visitor import Visitor, visitor_of
from personalization.words import TITLES, Words
from portal.lib.responses import confidential


class MergingForm(forms.Form):
    """One question for each difference; `consent` only of an account that does not allow personal pages."""

    consent = forms.BooleanField(
        label=gettext_lazy("Yes, keep them in my account and arrange my pages for me"),
        help_text=PURPOSES[PERSONALIZATION].wording,  # type: ignore[arg-type]  # a Promise of ours is one of theirs
        error_messages={
            "required": gettext_lazy(
                "Your account may store choices only if you agree. Tick the box, or keep the account."
            )
        },
    )

    def __init__(
        self, *args: Any, account: Preferences, browser: Preferences, undecided: list[Difference], words: Words
    ):
        super().__init__(*args)
        for difference in undecided:
            self.fields[difference.key] = _question(difference, account, browser, words)
        consent = self.fields.pop("consent")
        if not account.allows_personalization:
            self.fields["consent"] = consent


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Ask what holds, line by line; nothing is lost until it is said. Keeping the account empties the browser."""
    visitor = visitor_of(request)
    choices = visitor.guest_choices
    if not visitor.is_signed_in:
        return redirect("preferences")
    if choices is None or not visitor.undecided:
        return back(request)
    if request.POST.get("keep"):
        visitor.keep_in_browser(None)
        messages.info(request, _("The choices kept in this browser were removed; those of your account apply."))
        return back(request)
    form = MergingForm(
        *([request.POST] if request.method == "POST" else []),
        account=visitor.stored,
        browser=choices.preferences,
        undecided=visitor.undecided,
        words=Words(visitor.language),
    )
    if request.method == "POST" and _has_taken(request, visitor, form):
        messages.success(request, _("The choices kept in this browser are now in your account. See Preferences."))
        return back(request)
    return TemplateResponse(
        request, "personalization/merge.html", {"form": form, "next": safe_next(request), "visitor": visitor}
    )


def _has_taken(request: HttpRequest, visitor: Visitor, form: MergingForm) -> bool:
    if is_too_fast(request):
        form.add_error(None, _("That was too often. Please wait a minute and save again."))
        return False
    if not form.is_valid():
        return False
    try:
        services.take_from_browser(visitor, form.cleaned_data, source=ConsentRecord.Source.GUEST_COOKIE)
    except services.TooManyOwnedProducts:
        form.add_error(
            None,
            _("An account holds at most %(number)d products. Leave some of the browser's out.")
            % {"number": services.MAX_OWNED_PRODUCTS},
        )
        return False
    except services.ConsentMissing:
        form.add_error(None, _("Personal pages were switched off meanwhile. Agree once more, or leave."))
        return False
    return True


def _question(difference: Difference, account: Preferences, browser: Preferences, words: Words) -> forms.ChoiceField:
    if difference.item is not None:
        label = _("Product: %(product)s") % {"product": words.product(difference.item)}
        labels = {ACCOUNT: _("Leave it out"), BROWSER: _("Add it to my account")}
    else:
        label = str(TITLES[difference.key])
        labels = {
            ACCOUNT: _("Account: %(value)s") % {"value": words.value_of(account, difference.key)},
            BROWSER: _("This browser: %(value)s") % {"value": words.value_of(browser, difference.key)},
            BOTH: _("Both together"),
        }
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        choices=[(answer, labels[answer]) for answer in difference.answers],
        initial=difference.proposal,
    )
