"""The pages that lead to articles: the help index and the categories."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.api import APIField
from wagtail.models import Page
from wagtail.search import index

from kb import page_context, structured_data
from kb.managers import HelpPageManager
from kb.models.articles import ArticlePage
from kb.models.base import HelpPageForm, HelpPageMixin, Phase

if TYPE_CHECKING:
    from kb.managers import Reader


@dataclass
class Branch:
    """A category in a list: its page, how many articles are below it, and the categories directly below it."""

    page: CategoryPage
    article_count: int = 0
    children: list[Branch] = field(default_factory=list)


class HelpIndexPage(HelpPageMixin, Page):
    """The entrance of the knowledge base, one for each language."""

    intro = models.CharField(
        _("introduction"), max_length=240, blank=True, help_text=_("One sentence below the title.")
    )

    objects = HelpPageManager()

    base_form_class = HelpPageForm
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    # By string: the home page is a layer above and imports us.
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["kb.CategoryPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("help index")
        verbose_name_plural = _("help indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        surroundings = page_context.Surroundings(self, request)
        return {
            **super().get_context(request, *args, **kwargs),
            "surroundings": surroundings,
            "language_links": surroundings.language_links,
            "untranslated": page_context.untranslated_page(request),
            "branches": branches_below(self, request.user),
        }


class CategoryPage(HelpPageMixin, Page):
    """Gathers articles and smaller categories."""

    code = models.SlugField(
        _("code"),
        max_length=80,
        blank=True,
        help_text=_("The same in every language; imports and preferences name the category by it. Never change it."),
    )
    summary = models.CharField(
        _("summary"), max_length=240, blank=True, help_text=_("What a reader finds here, in one sentence.")
    )
    icon = models.CharField(
        _("icon"), max_length=40, blank=True, help_text=_("The name of a drawing of the icon sheet, such as washing.")
    )
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, blank=True)

    objects = HelpPageManager()

    base_form_class = HelpPageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("icon"), FieldPanel("phase")]),
    ]
    promote_panels = [FieldPanel("code"), *Page.promote_panels]
    parent_page_types = ["kb.HelpIndexPage", "kb.CategoryPage"]
    subpage_types = ["kb.CategoryPage", "kb.ArticlePage", "kb.FaqPage", "kb.MaintenancePage", "kb.PolicyPage"]
    search_fields = [*Page.search_fields, index.SearchField("summary"), *HelpPageMixin.admin_search_fields]
    api_fields = [APIField("code"), APIField("summary"), APIField("phase")]
    kept_arguments = ("page",)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def _set_core_field_defaults(self) -> None:
        super()._set_core_field_defaults()
        self.code = self.code or self.slug

    def texts_for_admin_search(self) -> list[str]:
        return [self.title, self.code, self.summary]

    def clean(self) -> None:
        super().clean()
        # The language lives in Wagtail's own table, so no constraint of the database can say this.
        twins = CategoryPage.objects.filter(code=self.code, locale_id=self.locale_id).exclude(pk=self.pk)
        if self.code and not self.alias_of_id and twins.exists():
            raise ValidationError({"code": _("Another category of this language already has this code.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        surroundings = page_context.Surroundings(self, request)
        articles = ArticlePage.objects.visible_to(request.user).listed_in(self).as_cards()
        return {
            **super().get_context(request, *args, **kwargs),
            "surroundings": surroundings,
            "language_links": surroundings.language_links,
            "untranslated": page_context.untranslated_page(request),
            "structured_data": [structured_data.as_script(structured_data.breadcrumb_data(surroundings.trail))],
            "branches": branches_below(self, request.user),
            "listing": page_context.listing(articles, request.GET.get("page")),
        }

    def is_kept(self, response: TemplateResponse) -> bool:
        # Anybody can ask for pages of the list that do not exist, without end.
        return not (response.context_data or {})["listing"].is_beyond


def branches_below(page: Page, user: Reader) -> list[Branch]:
    """Return the categories directly below `page`, each with its own categories and the number of its articles.

    Those in which `user` finds nothing are left out: prepared ones, and those of a language still being translated. An
    article that a branch lists twice counts once. Cost: three queries, however many pages there are.
    """
    categories = CategoryPage.objects.visible_to(user).descendant_of(page).order_by("path")
    articles = ArticlePage.objects.visible_to(user).filter(locale_id=page.locale_id).ids_by_category()
    counts = {category: _count_below(category.path, articles) for category in categories}
    branches = {category.path: Branch(category, count) for category, count in counts.items() if count}
    top = []
    for path, branch in branches.items():
        parent_path = path[: -Page.steplen]
        if parent_path == page.path:
            top.append(branch)
        elif parent_path in branches:
            branches[parent_path].children.append(branch)
    return top


def _count_below(path: str, articles: Mapping[str, Collection[int]]) -> int:
    return len({page_id for above, ids in articles.items() if above.startswith(path) for page_id in ids})
