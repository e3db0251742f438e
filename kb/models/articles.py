"""The three kinds of article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, IntegerField, OuterRef, Subquery, Value, When
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from kb import aimed_parts, contents, page_context, structured_data
from kb.blocks import ArticleBodyBlock
from kb.managers import ArticleManager
from kb.models.article_form import ArticleForm
from kb.models.base import Audience, HelpPageMixin, Phase
from kb.models.order_help import OrderHelp
from kb.models.products import Product
from kb.previews import PreviewModes
from personalization.selectors import ShownModule, modules_for
from personalization.situations import ArticleSubject
from portal.lib.model_fields import IndexedManyToManyField

SHORT_ANSWER_MAX_LENGTH = 300
CHANGE_NOTE_MAX_LENGTH = 300
RELATED_LIMIT = 5
NEXT_CHECK_HELP = _("Left as it is when you enter a new check, it becomes the day half a year later.")
OWNER_HELP = _(
    "Gets the reminder when a check is due and what readers criticise. Whoever may publish can hand an article on."
)


class ArticlePage(PreviewModes, HelpPageMixin, Page):
    """A page that answers one question: here a technical article, base of the other two kinds."""

    external_id = models.CharField(
        _("external id"),
        max_length=120,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text=_("The key of an imported article."),
    )
    short_answer = models.TextField(
        _("short answer"),
        max_length=SHORT_ANSWER_MAX_LENGTH,
        blank=True,
        help_text=_("At most 300 characters, as you would tell a friend. Shown first, in lists and to search engines."),
    )
    body = StreamField(ArticleBodyBlock(), verbose_name=_("body"), blank=True)
    keywords = models.TextField(
        _("keywords"),
        blank=True,
        help_text=_(
            "Other words that people type for this, parted by commas: slang, an old name. Readers do not see them."
        ),
    )
    products = IndexedManyToManyField(
        Product,
        verbose_name=_("products"),
        blank=True,
        related_name="articles",
        help_text=_("Only those that the article is about. None for rules that hold for all."),
    )
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, blank=True)
    question = models.CharField(
        _("question"),
        max_length=255,
        blank=True,
        help_text=_(
            "The question this answers, as a customer asks it. Not for questions and answers: there it is the title."
        ),
    )
    audience = models.CharField(
        _("audience"),
        max_length=12,
        choices=Audience,
        default=Audience.EVERYONE,
        help_text=_("Everyone, unless only some readers may follow it safely."),
    )
    also_in = ParentalManyToManyField(
        "kb.CategoryPage",
        verbose_name=_("also listed in"),
        blank=True,
        related_name="also_listed",
        help_text=_("Further categories that list the article. Its address stays below its own category."),
    )
    replaced_by = models.ForeignKey(
        "kb.ArticlePage",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaces",
        help_text=_("Where readers of the old address are sent once this article is unpublished."),
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(
        _("description of the image"),
        max_length=255,
        blank=True,
        help_text=_("What a reader who cannot see the image has to know."),
    )
    last_checked_on = models.DateField(
        _("last checked on"),
        null=True,
        blank=True,
        help_text=_("When somebody last compared it with the machine or the rule."),
    )
    last_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    checked_for = models.CharField(
        _("checked for"),
        max_length=120,
        blank=True,
        help_text=_("What it was compared with: a model, a version, a rule of a certain date."),
    )
    check_again_on = models.DateField(_("check again on"), null=True, blank=True)
    change_note = models.CharField(
        _("what changed"),
        max_length=CHANGE_NOTE_MAX_LENGTH,
        blank=True,
        help_text=_(
            "One sentence for the readers who asked to be told when this article is corrected. Not for notes among "
            "colleagues: use comments for those."
        ),
    )
    is_small_change = models.BooleanField(
        _("only a small change"),
        default=False,
        help_text=_(
            "Spelling, layout, a new picture of the same thing: nobody is told, and the votes so far stay. Not for "
            "corrections of what the article says."
        ),
    )

    # What was live before the last save, noted by kb.signal_handlers: a publishing is compared with it.
    former_live_revision_id: int | None = None

    objects = ArticleManager()

    base_form_class = ArticleForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("question"),
        FieldPanel("short_answer"),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt")], heading=_("Image above the text")),
        InlinePanel(
            "related_articles",
            heading=_("Related articles"),
            label=_("Related article"),
            help_text=_(
                "Shown first below the text, in this order. Not for what is obvious: articles about the same products"
                " and of the same category fill the list by themselves, up to five."
            ),
            max_num=RELATED_LIMIT,
        ),
    ]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("products", widget=forms.CheckboxSelectMultiple),
                FieldPanel("phase"),
                FieldPanel("audience"),
                FieldPanel("also_in"),
                FieldPanel("keywords"),
            ],
            heading=_("Where it is found"),
        ),
        *Page.promote_panels,
    ]
    settings_panels = [
        MultiFieldPanel(
            [
                FieldPanel("owner", heading=_("Responsible editor"), help_text=OWNER_HELP),
                FieldRowPanel([FieldPanel("last_checked_on"), FieldPanel("check_again_on", help_text=NEXT_CHECK_HELP)]),
                FieldRowPanel([FieldPanel("last_checked_by"), FieldPanel("checked_for")]),
                FieldPanel("replaced_by"),
            ],
            heading=_("Care"),
        ),
        MultiFieldPanel(
            [FieldPanel("change_note"), FieldPanel("is_small_change")],
            heading=_("With the next publishing"),
        ),
        *Page.settings_panels,
    ]
    parent_page_types = ["kb.CategoryPage"]
    subpage_types: list[str] = []
    is_shown_untranslated = True
    # A copy or a translation is another article; two rows must not answer to one key.
    exclude_fields_in_copy = ["external_id"]
    search_fields = [
        *Page.search_fields,
        index.SearchField("short_answer"),
        index.SearchField("keywords"),
        index.SearchField("body"),
        *HelpPageMixin.admin_search_fields,
        index.FilterField("last_checked_on"),
    ]

    api_fields = [
        APIField("question"),
        APIField("short_answer"),
        APIField("body"),
        APIField("audience"),
        APIField("phase"),
        APIField("last_checked_on"),
    ]

    class Meta:
        verbose_name = _("technical article")
        verbose_name_plural = _("technical articles")

    def texts_for_admin_search(self) -> list[str]:
        words = self.body.stream_block.get_searchable_content(self.body)
        return [self.title, self.question, self.keywords, self.short_answer, self.external_id or "", *words]

    @property
    def article_type(self) -> str:
        """Return "article", "faq", "maintenance" or "policy"; costs no query, whichever class the row was read as."""
        return ARTICLE_TYPES[ContentType.objects.get_for_id(self.content_type_id).model]

    @property
    def type_label(self) -> str:
        """Return the kind of article in the reader's language."""
        return str(ARTICLE_TYPE_LABELS[self.article_type])

    @property
    def keyword_list(self) -> list[str]:
        """Return the editor's extra words, one by one."""
        return [word.strip() for word in self.keywords.split(",") if word.strip()]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> TemplateResponse:
        response = super().serve(request, *args, **kwargs)
        response.article_id = self.pk  # type: ignore[attr-defined]  # a note for the page cache
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        surroundings = page_context.Surroundings(self, request)
        parts = contents.parts_of(self.body)
        shown = aimed_parts.shown_parts(self, request, parts)
        # A product that is still a draft has no page yet, and perhaps no address.
        products = [product for product in self.products.all() if product.live]
        return {
            **super().get_context(request, *args, **kwargs),
            "surroundings": surroundings,
            "own_lang": format_html(' lang="{}"', self.locale.language_code) if surroundings.is_stand_in else "",
            "language_links": surroundings.language_links,
            "audience_text": self.get_audience_display(),
            "checked_by": self.last_checked_by.full_name if self.last_checked_by else "",
            "parts": shown,
            "contents": contents.contents_of(shown),
            "reading_minutes": contents.reading_minutes(self.body, language=self.locale.language_code),
            "products_about": products,
            "related": self._related(request, products),
            "modules": self._modules(request),
            "structured_data": [
                structured_data.as_script(data)
                for data in (
                    *structured_data.descriptions_of(self, parts, url=surroundings.canonical_url),
                    structured_data.breadcrumb_data(surroundings.trail),
                )
            ],
        }

    def _modules(self, request: HttpRequest) -> list[ShownModule]:
        """Return what other apps say about this article to a reader whom they know. No query for anybody else."""
        visitor = getattr(request, "visitor", None)
        if visitor is None or not (visitor.is_signed_in and visitor.is_personalized):
            return []
        situations = OrderHelp.objects.situations_of(self)
        return modules_for(visitor, "article", subject=ArticleSubject(situations)) if situations else []

    def _related(self, request: HttpRequest, products: Sequence[Product]) -> list[ArticlePage]:
        """Return what else the reader may want: what an editor chose, then the nearest. Cost: one query."""
        nearest = (
            ArticlePage.objects.visible_to(request.user)
            .as_cards()
            .related_to(self, product_ids=[product.pk for product in products], place=self._place_among_chosen(request))
        )
        return list(nearest[:RELATED_LIMIT])

    def _place_among_chosen(self, request: HttpRequest) -> Case | Subquery:
        if getattr(request, "is_preview", False):
            # What the editor is choosing stands in no row yet.
            chosen = enumerate(self.related_articles.all())
            return Case(
                *[When(pk=row.article_id, then=Value(place)) for place, row in chosen], output_field=IntegerField()
            )
        rows = RelatedArticle.objects.filter(page_id=self.pk, article_id=OuterRef("pk"))
        return Subquery(rows.values("sort_order")[:1])


class FaqPage(ArticlePage):
    """A question that keeps coming, as its title, and the answer."""

    parent_page_types = ["kb.CategoryPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")


class MaintenancePage(ArticlePage):
    """How to keep an appliance in order: how often, how long, with what."""

    interval_months = models.PositiveSmallIntegerField(
        _("every … months"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    tools = models.TextField(_("what you need"), blank=True, help_text=_("One thing on each line."))

    content_panels = [
        *ArticlePage.content_panels[:3],
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("interval_months"), FieldPanel("minutes")]), FieldPanel("tools")],
            heading=_("Before you begin"),
        ),
        *ArticlePage.content_panels[3:],
    ]
    parent_page_types = ["kb.CategoryPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("maintenance guide")
        verbose_name_plural = _("maintenance guides")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "tasks": list(self.maintenance_tasks.filter(product__live=True, product__locale_id=self.locale_id)),
        }

    @property
    def tool_list(self) -> list[str]:
        """Return what the reader needs, one thing each."""
        return [line.strip() for line in self.tools.splitlines() if line.strip()]


class RelatedArticle(Orderable):
    """An article that an editor chose to stand below another; shown before the computed ones."""

    page = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="related_articles")
    article = models.ForeignKey(
        ArticlePage, verbose_name=_("article"), on_delete=models.CASCADE, related_name="related_from"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("related article")
        verbose_name_plural = _("related articles")
        constraints = [models.UniqueConstraint(fields=["page", "article"], name="related_article_once_for_each_page")]

    def __str__(self) -> str:
        return f"{self.page_id} → {self.article_id}"


ARTICLE_TYPES = {
    "articlepage": "article",
    "faqpage": "faq",
    "maintenancepage": "maintenance",
    "policypage": "policy",
}
ARTICLE_TYPE_LABELS = {
    "article": _("Technical article"),
    "faq": _("Question and answer"),
    "maintenance": _("Maintenance guide"),
    "policy": _("Policy"),
}
