"""The welcome: three pages that ask, kindly, what the pages shall show. Each can be skipped; nothing is stored then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from personalization import services, welcome
from personalization.guest import TooMuchForBrowser
from personalization.models import ConsentRecord
from personalization.preferences import Preferences
from personalization.responses import back, is_too_fast
from personalization.visitor import Visitor, visitor_of
from personalization.welcome_forms import ProductsForm, ReachForm, TopicsForm
from personalization.words import TITLES, Words
from portal.lib.origins import is_from_own_page
from portal.lib.responses import confidential

StepForm = TopicsForm | ProductsForm | ReachForm
FORMS: dict[str, type[StepForm]] = {"topics": TopicsForm, "products": ProductsForm, "reach": ReachForm}
LAST = welcome.STEPS[-1]
TITLES_OF_STEPS = {
    "topics": gettext_lazy("What are you interested in?"),
    "products": gettext_lazy("What do you own?"),
    "reach": gettext_lazy("How should we reach you?"),
}
TOO_MUCH = gettext_lazy(
    "This is more than a browser keeps. Remove some products, or enter them under Preferences later."
)


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, name: str) -> HttpResponse:
    """Show one step with what was typed there, take it, and lead on or back. The last one stores, with consent."""
    visitor, draft = visitor_of(request), welcome.read(request)
    if request.method != "POST":
        return _show(request, name, _form(visitor, draft, name), draft)
    wish = request.POST.get("to")
    if wish == "skip":
        return _lead(request, name, +1, draft.without_step(name))
    draft = draft.with_step(name, request.POST)
    if wish == "back":
        return _lead(request, name, -1, draft)
    form = _form(visitor, draft, name)
    if not form.is_valid():
        return _show(request, name, form, draft)
    if isinstance(form, ReachForm):
        return _finish(request, visitor, form, draft)
    return _lead(request, name, +1, draft)


@csrf_exempt  # is_from_own_page instead: the form lies in the home page, which is kept for everybody
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Forget what was typed; with `for_good` the home page does not ask again in this browser."""
    response = back(request)
    if request.method == "POST" and is_from_own_page(request):
        welcome.forget(response)
        if request.POST.get("for_good"):
            welcome.dismiss(response)
    return response


def _form(visitor: Visitor, draft: welcome.Draft, name: str) -> StepForm:
    return FORMS[name](
        draft.data_of(name),
        stored=visitor.stored,
        language=visitor.language,
        is_signed_in=visitor.is_signed_in,
        earlier=_earlier_answers(visitor, draft) if name == LAST else {},
    )


def _earlier_forms(visitor: Visitor, draft: welcome.Draft) -> dict[str, StepForm]:
    """Return the steps answered before the last one; those that were left by going back may hold slips."""
    return {name: _form(visitor, draft, name) for name in draft.sent if name != LAST}


def _earlier_answers(visitor: Visitor, draft: welcome.Draft) -> dict[str, Any]:
    """Return what the steps before the last one say without slips, as fields of `Preferences`."""
    answers: dict[str, Any] = {}
    for form in _earlier_forms(visitor, draft).values():
        if form.is_valid():
            answers.update(form.answers())
    return answers


def _lead(request: HttpRequest, name: str, by: int, draft: welcome.Draft) -> HttpResponse:
    place = max(welcome.STEPS.index(name) + by, 0)
    if place == len(welcome.STEPS):
        # The last step skipped: what came before it was not agreed to.
        response = HttpResponseRedirect(f"/{visitor_of(request).language}/")
        welcome.forget(response)
        return response
    return _lead_to(request, name, welcome.STEPS[place], draft)


def _lead_to(request: HttpRequest, name: str, target: str, draft: welcome.Draft) -> HttpResponse:
    response = redirect(f"welcome_{target}")
    try:
        welcome.write(response, draft)
    except welcome.TooMuchTyped:
        return _show(request, name, _form(visitor_of(request), draft, name), draft, sentence=str(TOO_MUCH))
    return response


def _finish(request: HttpRequest, visitor: Visitor, form: ReachForm, draft: welcome.Draft) -> HttpResponse:
    """Store everything at once and go home; without anything said, store nothing."""
    with_slips = [name for name, earlier in _earlier_forms(visitor, draft).items() if not earlier.is_valid()]
    if with_slips:
        messages.info(request, _("Please check again: something typed here is not right."))
        return _lead_to(request, LAST, with_slips[0], draft)
    home = HttpResponseRedirect(f"/{form.cleaned_data['language'] or visitor.language}/")
    if form.says_anything:
        wanted = replace(visitor.stored, **{**_earlier_answers(visitor, draft), **form.answers()})
        sentence = _problem_of_saving(request, visitor, wanted)
        if sentence:
            # Made anew: a consent that was withdrawn meanwhile is asked for again.
            return _show(request, LAST, _form(visitor, draft, LAST), draft, sentence=sentence)
        with translation.override(wanted.language or visitor.language):
            messages.success(request, _("Thank you. This page is now arranged by your choices."))
    welcome.forget(home)
    return home


def _problem_of_saving(request: HttpRequest, visitor: Visitor, wanted: Preferences) -> str:
    if is_too_fast(request):
        return _("That was too often. Please wait a minute and save again.")
    try:
        services.save_preferences(visitor, wanted, source=ConsentRecord.Source.WELCOME)
    except TooMuchForBrowser:
        return _("This is more than a browser keeps. Remove some products, or sign in: your account keeps all of it.")
    except services.ConsentMissing:
        return _("Personal pages were switched off meanwhile. Agree once more, or leave.")
    return ""


def _show(request: HttpRequest, name: str, form: StepForm, draft: welcome.Draft, *, sentence: str = "") -> HttpResponse:
    visitor, number = visitor_of(request), welcome.STEPS.index(name) + 1
    context = {
        "form": form,
        "step": name,
        "step_title": TITLES_OF_STEPS[name],
        "number": number,
        "count": len(welcome.STEPS),
        "is_last": name == LAST,
        "max_products": services.MAX_OWNED_PRODUCTS,
        "summary": _summary(visitor, draft) if name == LAST else [],
        "sentence": sentence,
        "visitor": visitor,
    }
    return TemplateResponse(request, "personalization/welcome.html", context)


def _summary(visitor: Visitor, draft: welcome.Draft) -> list[tuple[str, str]]:
    """Return what would be stored of the first two steps, in the reader's words."""
    answers = _earlier_answers(visitor, draft)
    words, wanted = Words(visitor.language), replace(visitor.stored, **answers)
    return [(str(TITLES[name]), words.value_of(wanted, name)) for name, said in answers.items() if said]
