"""The public search API. Answers what anybody may see, the same for everybody, without cookies."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, override
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from kb import search
from portal.lib.limits import limited

router = Router(tags=["search"])

MAX_LIMIT = 50
# Generous: a person typing asks about three times a second, for some seconds.
SEARCH_RATES = "120/m/ip"
SUGGEST_RATES = "240/m/ip"
# Short, because an article that is unpublished has to be gone within three seconds.
CACHE_CONTROL = "public, max-age=2"


class HitOut(Schema):
    """One article. `snippet` is HTML: escaped text with the searched words inside <mark>."""

    id: int
    external_id: str | None
    type: str
    title: str
    url: str
    snippet: str
    score: float


class SearchOut(Schema):
    """`count` is the number of all hits; `corrected_query` what was searched instead, or null."""

    query: str
    corrected_query: str | None
    count: int
    took_ms: float
    results: list[HitOut]


class SuggestionOut(Schema):
    """One article offered while typing."""

    text: str
    url: str
    external_id: str | None
    type: str


class SuggestOut(Schema):
    """What was typed and what is offered, best first."""

    query: str
    suggestions: list[SuggestionOut]


class ErrorOut(Schema):
    """What went wrong and what to do, in one sentence."""

    detail: str


ERRORS = {404: ErrorOut, 429: ErrorOut}


@router.get("/search", response={200: SearchOut, **ERRORS}, summary="Search published articles")
def search_articles(
    request: HttpRequest,
    response: HttpResponse,
    q: str = Query("", description="What to look for; with or without Vietnamese marks."),
    lang: str = Query(search.DEFAULT_LANGUAGE, description="Language of the articles: vi or en."),
    limit: int = Query(10, ge=1, le=MAX_LIMIT, description="How many results at most."),
) -> dict[str, object]:
    """Return published articles that answer `q`, best first. Empty `q` has no results."""
    language = _language(lang)
    _refuse_too_many(request, "search_api", SEARCH_RATES, language)
    page = search.search(q, language=language, page_size=limit)
    response["Cache-Control"] = CACHE_CONTROL
    return {
        "query": page.query,
        "corrected_query": page.corrected_query,
        "count": page.count,
        "took_ms": page.took_ms,
        "results": [
            {
                "id": hit.id,
                "external_id": hit.external_id or None,
                "type": hit.type,
                "title": hit.title,
                "url": hit.url,
                "snippet": str(hit.snippet),
                "score": hit.score,
            }
            for hit in page.hits
        ],
    }


@router.get("/suggest", response={200: SuggestOut, **ERRORS}, summary="Suggest articles while typing")
def suggest_articles(
    request: HttpRequest,
    response: HttpResponse,
    q: str = Query("", description="What has been typed so far."),
    lang: str = Query(search.DEFAULT_LANGUAGE, description="Language of the articles: vi or en."),
    limit: int = Query(8, ge=1, le=20, description="How many suggestions at most."),
) -> dict[str, object]:
    """Return articles whose title answers what has been typed so far."""
    language = _language(lang)
    _refuse_too_many(request, "suggest_api", SUGGEST_RATES, language)
    suggestions = search.suggest(q, language=language, limit=limit)
    response["Cache-Control"] = CACHE_CONTROL
    return {
        "query": q[: search.MAX_CHARACTERS],
        "suggestions": [
            {"text": one.text, "url": one.url, "external_id": one.external_id or None, "type": one.type}
            for one in suggestions
        ],
    }


def _language(code: str) -> str:
    if code not in search.LANGUAGES:
        raise HttpError(404, gettext("There are no articles in this language. Use vi or en."))
    return code


def _refuse_too_many(request: HttpRequest, action: str, rates: str, language: str) -> None:
    if limited(request, action=action, rates=rates):
        with override(language):
            raise HttpError(429, gettext("Too many searches in a short time. Please wait a minute and try again."))
