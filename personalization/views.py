"""The preferences page and the small changes that other pages offer in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from personalization import changes, services
from personalization.consents import PURPOSES
from personalization.forms import PreferencesPage
from personalization.guest import TooMuchForBrowser
from personalization.models import ConsentRecord
from personalization.responses import back, is_too_fast, refuse
from personalization.stored import personal_data, purposes_for, stored_about
from personalization.visitor import Visitor, visitor_of
from personalization.words import module_title

# Far more boxes than a page has.
MOST_SHOWN = 100
# Before the signed text that a message carries for its undo button (includes/messages.html).
UNDO_MARK = "undo:"

View = Callable[[HttpRequest], HttpResponse]


def post_only(view: View) -> View:
    """Lead whoever opens such an address (a reload, the language switch) to the preferences; nothing is changed."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        return view(request) if request.method == "POST" else redirect("preferences")

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and store everything a visitor can choose; nothing is stored without consent."""
    visitor = visitor_of(request)
    if request.method != "POST":
        # A link or a button without consent behind it names what was wished.
        wishes = {
            name: request.GET[name] for name, known in changes.APPEARANCE.items() if request.GET.get(name) in known
        }
        page = _page_of(visitor, initial=wishes)
        return _show(request, page)
    page = _page_of(visitor, data=request.POST)
    if is_too_fast(request):
        page.form.add_error(None, _("That was too often. Please wait a minute and save again."))
        return _show(request, page, status=429)
    if not page.is_valid():
        return _show(request, page)
    wanted = page.preferences()
    try:
        services.save_preferences(visitor, wanted, source=ConsentRecord.Source.PREFERENCES)
    except TooMuchForBrowser:
        page.form.add_error(
            None,
            _("This is more than a browser keeps. Remove some products, or sign in: your account keeps all of it."),
        )
        return _show(request, page)
    except services.ConsentMissing:
        # Withdrawn in another tab while this was read: the form now asks for it, with everything typed.
        page = _page_of(visitor, data=request.POST)
        page.is_valid()
        return _show(request, page)
    language = wanted.language or visitor.language
    with translation.override(language):
        messages.success(request, _("Your preferences are saved."))
        return redirect("preferences")


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Give the visitor all that this app stores about them, as a file for people and programs."""
    data = personal_data(visitor_of(request))
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="preferences-{timezone.localdate():%Y-%m-%d}.json"'
    patch_cache_control(response, private=True, no_store=True)
    return response


@post_only
def decide(request: HttpRequest) -> HttpResponse:
    """Allow (`decision`=allow) or withdraw one `purpose`, and go back to the page."""
    key, is_granted = request.POST.get("purpose", ""), request.POST.get("decision") == "allow"
    if is_too_fast(request):
        return refuse(request, _("That was too often. Please wait a minute and try again."), status=429)
    visitor, source = visitor_of(request), ConsentRecord.Source.PREFERENCES
    try:
        if is_granted:
            services.grant_purpose(visitor, key, source=source)
        else:
            services.withdraw_purpose(visitor, key, source=source)
    except services.UnknownPurpose:
        return refuse(request, _("There is no such box or choice on our pages. Nothing was changed."), status=400)
    except services.AccountNeeded:
        messages.info(request, _("This needs an account. Sign in, then switch it on."))
        return back(request)
    except services.ConsentMissing:
        messages.info(request, _("This only adds to personal pages. Switch those on first."))
        return back(request)
    except TooMuchForBrowser:
        return refuse(request, _("Your browser cannot keep more choices. Sign in to keep them all."), status=400)
    sentence = _("“%(title)s” is on from now on.") if is_granted else _("“%(title)s” is off from now on.")
    messages.success(request, sentence % {"title": PURPOSES[key].title})
    return back(request)


@post_only
def withdraw(request: HttpRequest) -> HttpResponse:
    """Stop personalization; `choices` says whether what was chosen stays ("keep") or goes ("delete")."""
    keep_choices = request.POST.get("choices") != "delete"
    services.withdraw_consent(visitor_of(request), keep_choices=keep_choices, source=ConsentRecord.Source.PREFERENCES)
    if keep_choices:
        messages.success(request, _("Personal pages are off. Your choices are kept but not used."))
    else:
        messages.success(request, _("Personal pages are off and your choices are deleted."))
    return back(request)


@post_only
def delete_everything(request: HttpRequest) -> HttpResponse:
    """Withdraw and delete in one step."""
    services.withdraw_consent(visitor_of(request), keep_choices=False, source=ConsentRecord.Source.PREFERENCES)
    messages.success(request, _("Everything you chose is deleted."))
    return redirect("preferences")


@post_only
def delete_part(request: HttpRequest) -> HttpResponse:
    """Delete what one app (`part`) stores about the account besides its preferences."""
    visitor = visitor_of(request)
    if visitor.is_signed_in and services.erase_part(visitor.account, request.POST.get("part", "")):
        messages.success(request, _("Deleted."))
    else:
        messages.info(request, _("There was nothing to delete."))
    return redirect("preferences")


@post_only
def hide_module(request: HttpRequest) -> HttpResponse:
    """Put one module away and go back to the page."""
    key = request.POST.get("key", "")
    return _change_in_place(
        request,
        lambda visitor: changes.hide_module(visitor, key),
        lambda: _("“%(title)s” is hidden. You can bring it back under Preferences.") % {"title": module_title(key)},
    )


@post_only
def dismiss_module(request: HttpRequest) -> HttpResponse:
    """Let one module stand further down for some weeks, and go back to the page."""
    key = request.POST.get("key", "")
    return _change_in_place(
        request,
        lambda visitor: changes.dismiss_module(visitor, key),
        lambda: _("“%(title)s” stands further down for 30 days.") % {"title": module_title(key)},
    )


@post_only
def hide_aimed(request: HttpRequest) -> HttpResponse:
    """Let one aimed block show what everybody sees, and go back to the page."""
    key = request.POST.get("key", "")
    return _change_in_place(
        request,
        lambda visitor: changes.hide_aimed(visitor, key),
        lambda: _("Here you now see what everybody sees. You can change that back under Preferences."),
    )


@post_only
def move_module(request: HttpRequest) -> HttpResponse:
    """Move one module right `before` or `after` the module named there, and go back to the page."""
    key, after = request.POST.get("key", ""), request.POST.get("after", "")
    neighbour = after or request.POST.get("before", "")
    shown = tuple(request.POST.get("shown", "").split()[:MOST_SHOWN])
    return _change_in_place(
        request,
        lambda visitor: changes.move_module(visitor, key, neighbour=neighbour, after=bool(after), shown=shown),
        lambda: _("“%(title)s” is moved.") % {"title": module_title(key)},
    )


@post_only
def pin_module(request: HttpRequest) -> HttpResponse:
    """Let one module stand above all others, or (`unpin`) no longer, and go back to the page."""
    key = request.POST.get("key", "")
    if request.POST.get("unpin"):
        change, sentence = changes.unpin_module, _("“%(title)s” is no longer pinned.")
    else:
        change, sentence = changes.pin_module, _("“%(title)s” is pinned to the top.")
    return _change_in_place(
        request, lambda visitor: change(visitor, key), lambda: sentence % {"title": module_title(key)}
    )


@post_only
def set_appearance(request: HttpRequest) -> HttpResponse:
    """Store what was pressed of theme, text size, spacing and language, and go back to the page."""
    wishes = {name: request.POST[name] for name in changes.APPEARANCE if name in request.POST}
    return _change_in_place(
        request,
        lambda visitor: changes.set_appearance(visitor, **wishes),
        lambda: _("Your pages now look the way you chose."),
        wishes=wishes,
    )


@post_only
def undo(request: HttpRequest) -> HttpResponse:
    """Take the change back whose signed text is `change`, and go back to the page."""
    token = request.POST.get("change", "").removeprefix(UNDO_MARK)
    if is_too_fast(request):
        return refuse(request, _("That was too often. Please wait a minute and try again."), status=429)
    try:
        changes.undo(visitor_of(request), token)
    except changes.NothingToUndo:
        messages.info(request, _("This can no longer be undone. Everything can be changed under Preferences."))
    except services.ConsentMissing:
        return _ask_consent()
    except TooMuchForBrowser:
        return refuse(request, _("Your browser cannot keep more choices. Sign in to keep them all."), status=400)
    else:
        messages.success(request, _("Undone."))
    return back(request)


def _change_in_place(
    request: HttpRequest,
    change: Callable[[Visitor], None],
    sentence: Callable[[], str],
    *,
    wishes: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Do `change`, say so with a way back, and return to the page; `wishes` are shown again if consent is missing."""
    if is_too_fast(request):
        return refuse(request, _("That was too often. Please wait a minute and try again."), status=429)
    try:
        token = changes.changed_with_undo(visitor_of(request), change)
    except services.ConsentMissing:
        return _ask_consent(wishes)
    except (changes.UnknownModule, changes.UnknownChoice):
        return refuse(request, _("There is no such box or choice on our pages. Nothing was changed."), status=400)
    except TooMuchForBrowser:
        return refuse(request, _("Your browser cannot keep more choices. Sign in to keep them all."), status=400)
    if token:
        # The next page may be in the language just chosen.
        with translation.override((wishes or {}).get("language") or translation.get_language()):
            messages.success(request, sentence(), extra_tags=f"{UNDO_MARK}{token}")
    return back(request)


def _ask_consent(wishes: Mapping[str, str] | None = None) -> HttpResponse:
    query = urlencode({"need": "consent", **(wishes or {})})
    return HttpResponseRedirect(f"{reverse('preferences')}?{query}#consent")


def _page_of(visitor: Visitor, **options: Any) -> PreferencesPage:
    return PreferencesPage.build(visitor.stored, visitor.language, is_signed_in=visitor.is_signed_in, **options)


def _show(request: HttpRequest, page: PreferencesPage, status: int = 200) -> HttpResponse:
    visitor = visitor_of(request)
    response = TemplateResponse(
        request,
        "personalization/preferences.html",
        {
            "form": page.form,
            "products": page.products,
            "max_products": services.MAX_OWNED_PRODUCTS,
            "needs_consent": "need" in request.GET,
            "visitor": visitor,
            "stored": stored_about(visitor),
            "purposes": purposes_for(visitor),
        },
        status=status,
    )
    patch_cache_control(response, private=True, no_store=True)
    return response
