"""Did this help? A vote from the article's page, then a page of its own for reason, comment and address.

The form lies in a page that is kept whole for all anonymous readers, so it holds nothing of a visitor: no token, no
account. Who sent it is told by the browser (portal.lib.origins); who voted, by a cookie that the vote itself sets;
whose vote the second step explains, by a signed address.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kb import voters
from kb.forms.feedback import YES, DetailsForm, VoteForm
from kb.models import ArticlePage, ArticleVote
from kb.services import feedback
from portal.lib.languages import active_language
from portal.lib.letters.services import mailbox_of
from portal.lib.limits import limited
from portal.lib.origins import is_from_own_page
from portal.lib.responses import confidential

# An office behind one address reads more than one article a minute; a hundred votes a day is a robot.
VOTE_RATES = "10/m/ip,100/d/ip"
DETAILS_RATES = "10/m/ip,100/d/ip"
# An address that nobody has proven: few a day from one browser, few a day for one mailbox, whoever asks.
SUBSCRIPTION_RATES = "5/h/ip,20/d/ip"
MAILBOX_RATES = "5/d/key"
RETRY_AFTER_SECONDS = 600
# Long enough to write a comment over lunch.
TOKEN_AGE_SECONDS = 24 * 3600
SALT = "kb.views.feedback"

FOREIGN = gettext_noop("This did not come from our page, so it was not counted. Open the article and vote there.")
TOO_MANY = gettext_noop("That was a lot at once. Nothing was lost; please wait a few minutes and try again.")
TOO_OLD = gettext_noop("This page was open for too long. Please vote once more; then you can write to us.")


@dataclass(frozen=True)
class Step:
    """What the page of feedback shows: the vote again, the details, or thanks."""

    name: str
    problem: str = ""
    status: int = 200
    is_helpful: bool = False
    tells_later: bool = False
    details_url: str = ""
    form: DetailsForm | None = None


@csrf_exempt  # is_from_own_page instead: the form lies in a cached page
@confidential
@require_POST
def vote(request: HttpRequest, page_id: int) -> HttpResponse:
    """Count the answer to "Did this help?" and go on to the reasons."""
    page = _readable_article(request, page_id)
    if not is_from_own_page(request):
        return _show(request, page, Step("ask", problem=FOREIGN, status=403))
    if limited(request, action="article_vote", rates=VOTE_RATES):
        return _too_many(request, page, Step("ask"))
    form = VoteForm(request.POST)
    if not form.is_valid():
        problem = str(next(iter(form.errors.values()))[0])
        return _show(request, page, Step("ask", problem=problem, status=400))
    voter = voters.voter_of(request)
    counted = feedback.record_vote(
        page=page,
        visitor_key=voters.key_for(voter, page.pk),
        is_helpful=form.cleaned_data["helpful"] == YES,
        revision_id=form.revision_id,
        query=form.query,
    )
    response = _see_other(_details_url(page, vote=signing.dumps(counted.pk, salt=SALT)))
    voters.remember(response, voter)
    return response


@csrf_exempt  # is_from_own_page and the signed number of the vote instead
@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, page_id: int) -> HttpResponse:
    """Thank for a vote and take what the reader wants to add; ?vote= is the signed number of the vote."""
    page = _readable_article(request, page_id)
    if "done" in request.GET:
        return _show(request, page, Step("done", tells_later=request.GET["done"] == "later"))
    counted = _vote_of(request, page)
    if counted is None:
        return _show(request, page, Step("ask", problem=TOO_OLD, status=410))
    if request.method == "POST":
        return _receive_details(request, page, counted)
    return _show(request, page, _details_step(request, counted, DetailsForm(is_helpful=counted.is_helpful)))


def _receive_details(request: HttpRequest, page: ArticlePage, counted: ArticleVote) -> HttpResponse:
    form = DetailsForm(request.POST, is_helpful=counted.is_helpful)
    is_valid = form.is_valid()
    step = _details_step(request, counted, form)
    if not is_from_own_page(request):
        return _show(request, page, Step("ask", problem=FOREIGN, status=403))
    if limited(request, action="article_vote_details", rates=DETAILS_RATES):
        return _too_many(request, page, step)
    if not is_valid:
        return _show(request, page, step)
    email = form.cleaned_data.get("email", "")
    if email and _asks_too_often(request, email):
        return _too_many(request, page, step)
    feedback.explain_vote(
        vote=counted, reason=form.cleaned_data.get("reason", ""), comment=form.cleaned_data["comment"]
    )
    if email:
        language = active_language()
        feedback.subscribe_to_fix(page=page, email=email, language=language)
    return _see_other(_details_url(page, done="later" if email else "now"))


def _readable_article(request: HttpRequest, page_id: int) -> ArticlePage:
    articles = ArticlePage.objects.visible_to(request.user).as_cards()
    return get_object_or_404(articles, pk=page_id)


def _vote_of(request: HttpRequest, page: ArticlePage) -> ArticleVote | None:
    try:
        number = signing.loads(request.GET.get("vote", ""), salt=SALT, max_age=TOKEN_AGE_SECONDS)
    except signing.BadSignature:
        return None
    return ArticleVote.objects.filter(pk=number, page_id=page.pk).first()


def _asks_too_often(request: HttpRequest, email: str) -> bool:
    """Count this wish against the browser's address and the mailbox; both are asked each time."""
    by_address = limited(request, action="fix_subscription", rates=SUBSCRIPTION_RATES)
    by_mailbox = limited(request, action="fix_subscription_mailbox", rates=MAILBOX_RATES, key=mailbox_of(email))
    return by_address or by_mailbox


def _details_step(request: HttpRequest, counted: ArticleVote, form: DetailsForm) -> Step:
    return Step("details", is_helpful=counted.is_helpful, form=form, details_url=request.get_full_path())


def _details_url(page: ArticlePage, **query: str) -> str:
    return f"{reverse('article_vote_details', args=[page.pk])}?{urlencode(query)}#feedback"


def _see_other(url: str) -> HttpResponseRedirect:
    """Answer a POST so that the browser fetches the next page with GET (RFC 9110, 15.4.4)."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _too_many(request: HttpRequest, page: ArticlePage, step: Step) -> HttpResponse:
    response = _show(request, page, step, problem=TOO_MANY, status=429)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _show(
    request: HttpRequest, page: ArticlePage, step: Step, *, problem: str = "", status: int | None = None
) -> HttpResponse:
    context = {"page": page, "step": step, "problem": _(problem or step.problem) if problem or step.problem else ""}
    return render(request, "kb/feedback.html", context, status=status or step.status)
