"""Links that lead a reader nowhere, inside this site; what other sites answer stands in `kb.care.external`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import models
from django.http import Http404
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Site

from kb import contents
from kb.care.uses import Uses, uses_of, uses_of_text
from kb.models import ArticlePage, Product, ReusableText
from personalization.blocks import readings_of

_DOCUMENT_PATH = re.compile(r"^/documents/(\d+)/")
# Below the text; kb/article_page.html.
PLACES_OF_EVERY_ARTICLE = {"about-products", "related", "content"}


class Problem(models.TextChoices):
    """Why a link leads nowhere."""

    DELETED = "deleted", _("The page was deleted")
    UNPUBLISHED = "unpublished", _("The page is not published")
    RESTRICTED = "restricted", _("Not every reader of the article may open the page")
    CHOICE_DELETED = "choice_deleted", _("What was chosen was deleted")
    FILE_LOST = "file_lost", _("The file is missing on the disk")
    NO_PLACE = "no_place", _("The page has no such place")
    NO_ADDRESS = "no_address", _("This site has no such address")
    NO_ANSWER = "no_answer", _("The other site does not show the page")


@dataclass(frozen=True)
class BrokenLink:
    """One link: what is wrong, and what the editor has to look for; `within` names the reusable text it stands in."""

    problem: Problem
    target: str
    within: str = ""


class LinkCheck:
    """Judges the links of articles against what there is now.

    Cost: some ten queries for all articles together, one more for each address of this site that is typed out.
    """

    def __init__(self, articles: Iterable[ArticlePage], *, unreachable: Collection[str] = ()):
        """`unreachable` are the addresses of other sites that did not answer lately."""
        self.uses = list(uses_of(articles))
        self.texts = {text.pk: text for text in ReusableText.objects.all()}
        self.uses_of_texts = {key: uses_of_text(text) for key, text in self.texts.items()}
        self.unreachable = frozenset(unreachable)
        every = [*(uses for _article, uses in self.uses), *self.uses_of_texts.values()]
        self.pages = {
            page.pk: page for page in Page.objects.filter(pk__in=set().union(*(uses.keys_of(Page) for uses in every)))
        }
        self.existing = _existing(every)
        self.lost_files = _lost_files(every)
        self.closed_paths = tuple(
            PageViewRestriction.objects.exclude(restriction_type=PageViewRestriction.NONE).values_list(
                "page__path", flat=True
            )
        )
        self._addresses: dict[tuple[str, str], Problem | None] = {}

    def broken(self) -> dict[int, list[BrokenLink]]:
        """Return the broken links of each article that has any, those in its reusable texts included."""
        found = {}
        for article, uses in self.uses:
            links = [*self._broken_in(uses, article)]
            for key in sorted(uses.keys_of(ReusableText) & set(self.texts)):
                links += self._broken_in(self.uses_of_texts[key], article, within=self.texts[key].name)
            if links:
                found[article.pk] = links
        return found

    def _broken_in(self, uses: Uses, article: ArticlePage, *, within: str = "") -> list[BrokenLink]:
        found = []
        for model, key in sorted(uses.chosen | uses.linked, key=lambda use: (use[0].__name__, use[1])):
            problem = self._problem_of_page(key, article) if model is Page else self._problem_of_row(model, key)
            if problem:
                found.append(BrokenLink(problem, self._name_of(model, key), within))
        for address in sorted(uses.addresses):
            problem = self._problem_of_address(address, article)
            if problem:
                found.append(BrokenLink(problem, address, within))
        return found

    def _problem_of_page(self, key: int, article: ArticlePage) -> Problem | None:
        page = self.pages.get(key)
        if page is None:
            return Problem.DELETED
        if not page.live:
            return Problem.UNPUBLISHED
        closed = [path for path in self.closed_paths if page.path.startswith(path)]
        return Problem.RESTRICTED if any(not article.path.startswith(path) for path in closed) else None

    def _problem_of_row(self, model: type[models.Model], key: int) -> Problem | None:
        if key not in self.existing[model]:
            return Problem.CHOICE_DELETED
        return Problem.FILE_LOST if (model, key) in self.lost_files else None

    def _name_of(self, model: type[models.Model], key: int) -> str:
        if model is Page and key in self.pages:
            return str(self.pages[key].title)
        return f"{model._meta.verbose_name} {key}"

    def _problem_of_address(self, address: str, article: ArticlePage) -> Problem | None:
        own = _own_path(address)
        if own is None:
            return Problem.NO_ANSWER if address in self.unreachable else None
        # An anchor alone means another place in each article.
        path, anchor = own
        question = (path or f"#{article.pk}", anchor)
        if question not in self._addresses:
            target = _page_at(path) if path else article
            self._addresses[question] = _problem_at(target, anchor, is_own=not path)
        return self._addresses[question]


def external_addresses(articles: Iterable[ArticlePage]) -> set[str]:
    """Return the addresses of other sites that these articles and all reusable texts link to. Cost: one query."""
    texts = [uses_of_text(text) for text in ReusableText.objects.all()]
    every = [*(uses for _article, uses in uses_of(articles)), *texts]
    return {
        address
        for uses in every
        for address in uses.addresses
        if address.lower().startswith(("http://", "https://")) and _own_path(address) is None
    }


def _existing(every: Iterable[Uses]) -> dict[type[models.Model], set[int]]:
    asked: defaultdict[type[models.Model], set[int]] = defaultdict(set)
    for uses in every:
        for model, key in uses.chosen | uses.linked:
            if model is not Page:
                asked[model].add(key)
    return {
        model: set(model._default_manager.filter(pk__in=keys).values_list("pk", flat=True))
        for model, keys in asked.items()
    }


def _lost_files(every: Iterable[Uses]) -> set[tuple[type[models.Model], int]]:
    """Return the images and documents whose row exists and whose file does not. Cost: two queries, a look at each file."""
    lost = set()
    every = list(every)
    for model in (get_image_model(), get_document_model()):
        keys = set().union(*(uses.keys_of(model) for uses in every))
        for row in model._default_manager.filter(pk__in=keys).only("pk", "file"):
            if not row.file.storage.exists(row.file.name):
                lost.add((model, row.pk))
    return lost


def _own_path(address: str) -> tuple[str, str] | None:
    """Return (path, anchor) of an address of this site; None for mail, telephone and other sites."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ("/", "") if address.startswith("/") else None
    if parts.scheme in ("http", "https"):
        if parts.netloc.lower() != urlsplit(settings.SITE_URL).netloc.lower():
            return None
    elif parts.scheme or parts.netloc:
        return None
    return unquote(parts.path), unquote(parts.fragment)


# Behind these stands a page of the tree, if anything; every other address of ours is there as soon as it resolves.
_PAGE_ROUTES = ("wagtail_serve", "help_page", "home")


def _page_at(path: str) -> Page | bool:
    """Return the page at that path of this site, or whether something that is no page of the tree is there."""
    document = _DOCUMENT_PATH.match(path)
    if document:
        return bool(get_document_model()._default_manager.filter(pk=document[1]).exists())
    language = path.strip("/").partition("/")[0]
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        try:
            match = resolve(path)
            if match.url_name == "product_detail":
                return Product.objects.live().in_language(language).filter(slug=match.kwargs["slug"]).exists()
            return _routed(path) if match.url_name in _PAGE_ROUTES else True
        except (Resolver404, Http404):
            return bool(Redirect.objects.filter(old_path=Redirect.normalise_path(path)).exists())


def _routed(path: str) -> Page:
    """Return the page that Wagtail would serve in the active language; raises Http404."""
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    components = [part for part in path.strip("/").split("/")[1:] if part]
    page: Page = site.root_page.localized.specific.route(RequestFactory().get("/"), components).page
    return page


def _problem_at(target: Page | bool, anchor: str, *, is_own: bool) -> Problem | None:
    """Return what is wrong with a link there; one within the article itself may lead to what only its readers see."""
    if target is False:
        return Problem.NO_ADDRESS
    if not anchor or not isinstance(target, Page):
        return None
    article = target.specific
    if not isinstance(article, ArticlePage):
        return None
    bodies = readings_of(article.body) if is_own else [article.body]
    anchors = {one for body in bodies for part in contents.parts_of(body) for one in part.anchors}
    return None if anchor in anchors | PLACES_OF_EVERY_ARTICLE else Problem.NO_PLACE
