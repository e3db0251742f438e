"""Atom feeds (RFC 4287): what is new in the help centre, and in one category."""

from __future__ import annotations

import hashlib

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import quote_etag
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from kb.managers import ArticleQuerySet
from kb.models import ArticlePage, CategoryPage, HelpIndexPage
from kb.page_context import absolute

ENTRIES = 30


@require_safe
@cache_control(max_age=600, public=True)
def help_feed(request: HttpRequest) -> HttpResponse:
    """The articles of one language that were published last, whatever their category."""
    index = HelpIndexPage.objects.public().in_language(request.LANGUAGE_CODE).first()
    if index is None:
        raise Http404
    return _feed(request, index, ArticlePage.objects.public().descendant_of(index))


@require_safe
@cache_control(max_age=600, public=True)
def category_feed(request: HttpRequest, code: str) -> HttpResponse:
    """The articles of the category, of those below it and of other categories that are listed in it too."""
    categories = CategoryPage.objects.public().in_language(request.LANGUAGE_CODE)
    category = categories.filter(code=code, alias_of__isnull=True).first()
    if category is None:
        raise Http404(gettext("There is no such category."))
    belongs = Q(path__startswith=category.path) | Q(also_in=category)
    return _feed(request, category, ArticlePage.objects.public().filter(belongs).distinct())


def _feed(request: HttpRequest, page: Page, articles: ArticleQuerySet) -> HttpResponse:
    """Answer with the newest of `articles` as a feed named after `page`, or with 304. Cost: four queries."""
    published = articles.filter(last_published_at__isnull=False, alias_of__isnull=True).as_cards()
    newest = list(published.order_by("-last_published_at", "pk")[:ENTRIES])
    content = _document(request, page, newest).writeString("utf-8").encode()
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8", headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response


def _document(request: HttpRequest, page: Page, articles: list[ArticlePage]) -> Atom1Feed:
    feed = Atom1Feed(
        title=gettext("New in: %(title)s") % {"title": page.title},
        link=absolute(page.get_url(request) or ""),
        description=None,
        language=request.LANGUAGE_CODE,
        feed_url=absolute(request.path),
    )
    for article in articles:
        url = absolute(article.get_url(request) or "")
        feed.add_item(
            title=article.title,
            link=url,
            # Stays when the article is renamed or moved, so that a reader does not meet it twice.
            unique_id=f"urn:uuid:{article.translation_key}",
            description=article.short_answer,
            pubdate=article.first_published_at,
            updateddate=article.last_published_at,
            categories=[article.type_label],
        )
    return feed
