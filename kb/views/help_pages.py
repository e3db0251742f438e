"""What stands at an address of the help centre: an article, what came in its place, or its original in another language."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from kb import replacements
from kb.managers import HelpPageQuerySet
from kb.markdown_twin import markdown_of
from kb.models import ArticlePage, CategoryPage
from kb.page_cache import keep_for_everybody
from kb.page_context import Surroundings, absolute
from portal.lib.languages import active_language

HELP_SLUG = "help"
# Home page and help index; the articles' categories lie below.
DEPTH_OF_INDEX = 3
# The tables that make an article a guide, a policy, …: read together with it.
_KINDS = tuple(link.get_accessor_name() for link in ArticlePage._meta.related_objects if link.parent_link)
_SHOWN_WITH_IT = ("locale", "image", "last_checked_by")
# Articles of other languages with one slug; more than a few only where somebody imports without care.
MAX_ORIGINALS = 10


def help_page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve `/{lang}/help/{path}`; whatever else Wagtail knows is left to Wagtail.

    Cost: an article is found in one query, a category in two, however deep it lies; Wagtail's own way costs two for
    each level.
    """
    article = _article_at(path)
    if article is None:
        return _category_or_original(request, path)
    if _is_published(article):
        return _serve(request, path, article)
    replacement = replacements.replacement_of(article, user=request.user)
    if replacement is not None:
        return _replaced(request, article, replacement)
    return _original(request, path)


@require_safe
def markdown_twin(request: HttpRequest, path: str) -> HttpResponse:
    """Answer `/{lang}/help/{path}index.md`: the article's words as Markdown, where everybody may read the article.

    Cost: three queries and those of the body's references; kept for everybody like the page itself.
    """
    article = _article_at(path)
    if article is None or not ArticlePage.objects.public().filter(pk=article.pk).exists():
        raise Http404
    response = HttpResponse(markdown_of(article), content_type="text/markdown; charset=utf-8")
    response.headers["Link"] = f'<{absolute(article.get_url(request) or "")}>; rel="canonical"'
    # The page is the one to find; its twin would be a duplicate.
    response.headers["X-Robots-Tag"] = "noindex"
    keep_for_everybody(response)
    return response


def _article_at(path: str) -> ArticlePage | None:
    """Return the article at that address in the present language, published or not, as what it is (a guide, …)."""
    found = _at(ArticlePage.objects.all(), path).select_related(*_SHOWN_WITH_IT, *_KINDS).first()
    if found is None:
        return None
    article = next((kind for name in _KINDS if (kind := getattr(found, name, None)) is not None), found)
    for name in _SHOWN_WITH_IT:
        setattr(article, name, getattr(found, name))
    return article


def _at(pages: HelpPageQuerySet, path: str) -> HelpPageQuerySet:
    """Keep the page at that address in the present language. The slug is what the database has an index of."""
    components = path.strip("/").split("/")
    return pages.in_language(active_language()).filter(
        slug=components[-1],
        depth=DEPTH_OF_INDEX + len(components),
        url_path__endswith=f"/{HELP_SLUG}/{'/'.join(components)}/",
    )


def _serve(request: HttpRequest, path: str, page: Page) -> HttpResponse:
    # Where Wagtail (8.0) looks first; so its hooks, view restrictions among them, run as for any page.
    request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]  # what Wagtail reads it back from
    return wagtail_views.serve(request, f"{HELP_SLUG}/{path}")


def _is_published(article: ArticlePage) -> bool:
    return article.live and not (article.expire_at and article.expire_at <= timezone.now())


def _replaced(request: HttpRequest, article: ArticlePage, replacement: replacements.Replacement) -> HttpResponse:
    """Answer 410, for search engines to forget the address, with what came in the article's place."""
    current = replacement.article
    stand_in_url = Surroundings(current, request).stand_in_url(active_language())
    context = {
        "page": article,
        "replacement": current,
        "replacement_url": current.get_url(request) if replacement.is_translated else stand_in_url,
        "surroundings": Surroundings(article, request),
    }
    response = render(request, "kb/replaced_page.html", context, status=410)
    response["X-Robots-Tag"] = "noindex"
    return response


def _category_or_original(request: HttpRequest, path: str) -> HttpResponse:
    category = _at(CategoryPage.objects.live(), path).select_related("locale").first()
    if category is not None:
        return _serve(request, path, category)
    try:
        return wagtail_views.serve(request, f"{HELP_SLUG}/{path}")
    except Http404:
        return _original(request, path)


def _original(request: HttpRequest, path: str) -> HttpResponse:
    """Show the article of another language that stands in here, or lead to its translation; raises Http404."""
    original = _original_of(request, path)
    if original is None:
        raise Http404(gettext("There is no such page."))
    translation = Surroundings(original, request).twin_in(active_language())
    if translation is not None:
        return HttpResponseRedirect(translation.get_url(request))
    return _serve(request, path, original)


def _original_of(request: HttpRequest, path: str) -> ArticlePage | None:
    """Return the article of another language whose stand-in address in this one was asked for."""
    components = path.strip("/").split("/")
    others = ArticlePage.objects.visible_to(request.user).exclude(locale__language_code=active_language())
    for found in others.filter(slug=components[-1]).select_related("locale")[:MAX_ORIGINALS]:
        if Surroundings(found, request).stand_in_url(active_language()) == request.path:
            return found.specific
    return None
