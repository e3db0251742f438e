"""The pages of support: ask a person, one case, my cases. Nothing here is kept by a cache."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from kb.selectors import article_link
from portal.lib.languages import active_language
from portal.lib.letters.budget import may_write_to
from portal.lib.letters.services import mailbox_of
from portal.lib.limits import limited
from portal.lib.responses import confidential
from portal.lib.text import clean_line
from support import selectors, services
from support.access import case_for, remember_case
from support.forms import MAX_SUBJECT_LENGTH, ContactForm, FollowUpForm
from support.models import ChannelKind, Ticket
from support.suggestions import SuggestedArticle, suggest_articles

# A person asks once or twice; five in ten minutes is a household. The address limit stops many browsers
# that write in somebody's name; what lands in that mailbox has the budget of all letters (portal.lib.letters.budget).
SENDING_RATES = "5/10m/ip"
TRY_RATES = "60/10m/ip"
ADDRESS_RATES = "20/d/key"
FOLLOW_UP_RATES = "10/10m/ip"
RETRY_AFTER_SECONDS = 600
# Both come in a link and are only hints.
MAX_HINT_LENGTH = 1_000

TOO_MANY = gettext_noop("That was a lot in a short time. Wait ten minutes and send it then; it still stands here.")


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Ask a person: show the form, suggest articles once, then store the question."""
    if request.method == "POST":
        return _receive(request)
    return _form_page(request, ContactForm(initial=_initial(request)))


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def contact_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one case to its owner, and take a further message."""
    ticket = case_for(request, reference)
    if ticket is None:
        return render(request, "support/case_not_found.html", status=404)
    if request.method == "POST":
        return _receive_follow_up(request, ticket)
    return _case_page(request, ticket, FollowUpForm())


@confidential
@require_safe
@login_required
def contact_cases(request: HttpRequest) -> HttpResponse:
    """List the cases of the account."""
    page = selectors.cases_page(request.user, request.GET.get("page", "1"))
    return render(request, "support/cases.html", {"page": page})


def _receive(request: HttpRequest) -> HttpResponse:
    form = ContactForm(request.POST)
    is_valid = form.is_valid()
    if limited(request, action="contact_try", rates=TRY_RATES):
        return _too_many(request, form)
    if not is_valid:
        return _form_page(request, form)
    new = _new_ticket(form)
    key = services.submission_key(str(form.cleaned_data["token"] or uuid.uuid4()), new)
    sent_before = services.find_submission(key)
    if sent_before is not None:
        return _to_case(request, sent_before)
    if not form.cleaned_data["suggested"]:
        suggestions = suggest_articles(
            subject=new.subject, body=new.body, language=new.language, read_already=new.article
        )
        if suggestions:
            return _form_page(request, _marked_as_suggested(request), suggestions=suggestions)
    if _is_over_limit(request, new.email):
        return _too_many(request, form)
    opened = services.open_ticket(
        new=new,
        user=request.user if request.user.is_authenticated else None,
        key=key,
        with_receipt=may_write_to(request, new.email),
    )
    if opened.is_new:
        messages.success(request, _("Your question has reached us."))
    return _to_case(request, opened.ticket)


def _new_ticket(form: ContactForm) -> services.NewTicket:
    data = form.cleaned_data
    return services.NewTicket(
        language=active_language(),
        name=data["name"],
        email=data["email"],
        subject=data["subject"],
        body=data["body"],
        phone=data["phone"].as_e164 if data["phone"] else "",
        order_reference=data["order_reference"],
        article=data["article"],
        search_query=data["search_query"],
    )


def _is_over_limit(request: HttpRequest, email: str) -> bool:
    """Count this sending against the browser's address and the mailbox; both are asked each time."""
    by_address = limited(request, action="contact", rates=SENDING_RATES)
    by_mailbox = limited(request, action="contact_mailbox", rates=ADDRESS_RATES, key=mailbox_of(email))
    return by_address or by_mailbox


def _to_case(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    remember_case(request, ticket)
    return redirect("contact_case", ticket.reference)


def _marked_as_suggested(request: HttpRequest) -> ContactForm:
    data = request.POST.copy()
    data["suggested"] = "on"
    return ContactForm(data)


def _too_many(request: HttpRequest, form: ContactForm) -> HttpResponse:
    form.add_error(None, _(TOO_MANY))
    response = _form_page(request, form, status=429)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _initial(request: HttpRequest) -> dict[str, object]:
    query = clean_line(request.GET.get("q", "")[:MAX_HINT_LENGTH])
    # A whole question does not fit into the line above the text: then it is the text.
    is_line = len(query) <= MAX_SUBJECT_LENGTH
    initial: dict[str, object] = {
        "token": uuid.uuid4(),
        "subject": query if is_line else "",
        "body": "" if is_line else query,
        "search_query": query,
        "article": clean_line(request.GET.get("article", "")[:120]),
        "order_reference": clean_line(request.GET.get("order", "")[:64]),
    }
    if request.user.is_authenticated:
        initial["email"] = request.user.get_username()
        initial["name"] = getattr(request.user, "full_name", "")
    return initial


def _form_page(
    request: HttpRequest,
    form: ContactForm,
    *,
    suggestions: Sequence[SuggestedArticle] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "suggestions": suggestions,
        "cases": selectors.open_cases_of(request.user, limit=3),
        "other_channels": [channel for channel in selectors.contact_channels() if channel.kind != ChannelKind.FORM],
        "article": article_link(str(form["article"].value() or ""), user=request.user),
    }
    return render(request, "support/contact.html", context, status=status)


def _receive_follow_up(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    form = FollowUpForm(request.POST)
    if limited(request, action="contact_follow_up", rates=FOLLOW_UP_RATES):
        form.add_error(None, _(TOO_MANY))
        response = _case_page(request, ticket, form, status=429)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    if not form.is_valid():
        return _case_page(request, ticket, form)
    try:
        services.add_customer_message(
            ticket=ticket,
            body=form.cleaned_data["body"],
            user=request.user if request.user.is_authenticated else None,
        )
    except services.TicketIsClosed:
        form.add_error(None, _("This case is closed. Please ask a new question."))
        return _case_page(request, ticket, form, status=409)
    messages.success(request, _("Your message has reached us."))
    return redirect("contact_case", ticket.reference)


def _case_page(request: HttpRequest, ticket: Ticket, form: FollowUpForm, *, status: int = 200) -> HttpResponse:
    case = selectors.case_view(ticket)
    return render(request, "support/case.html", {"case": case, "form": form}, status=status)
