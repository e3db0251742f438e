"""What the shop has to tell everybody for a while: above every page, or above the pages it concerns."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)

from personalization.blocks import MOST_SEGMENTS, SegmentChoice


class NoticeLevel(models.TextChoices):
    """How much it matters."""

    INFO = "info", _("Information")
    WARNING = "warning", _("Warning")


class NoticePlace(models.TextChoices):
    """Above which pages it stands; an offer stands in a box of its own on the home page."""

    EVERYWHERE = "everywhere", _("Every page")
    HOME = "home", _("Home page")
    HELP = "help", _("Help, products and search")
    ORDERS = "orders", _("Orders and account")
    OFFERS = "offers", _("Box of offers, for who allows offers")


class NoticeBanner(
    TranslatableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model
):
    """One announcement in one language; from when until when is its publishing schedule."""

    text = models.CharField(
        _("text"),
        max_length=200,
        help_text=_("One or two sentences that stop being true soon. What stays true belongs into an article."),
    )
    level = models.CharField(_("level"), max_length=10, choices=NoticeLevel, default=NoticeLevel.INFO)
    place = models.CharField(
        _("shown on"),
        max_length=12,
        choices=NoticePlace,
        default=NoticePlace.EVERYWHERE,
        help_text=_(
            "What is for sale goes into the box of offers, which only those see who allowed offers. Never above a page."
        ),
    )
    link_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("leads to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A page that says more. Left out while that page is not published."),
    )
    link_text = models.CharField(
        _("words of the link"), max_length=60, blank=True, help_text=_("Empty: the title of the page. Never “here”.")
    )
    # No table of links: what is aimed at a deleted segment has to know that it was aimed, or everybody would see it.
    segments = StreamField(
        [("segment", SegmentChoice())],
        verbose_name=_("only for"),
        blank=True,
        max_num=MOST_SEGMENTS,
        help_text=_(
            "Empty: for everybody. Else for customers who belong to any of these segments; nobody else sees it."
        ),
    )

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-level", "-pk"]  # warnings first, then the latest

    def __str__(self) -> str:
        return self.text

    @property
    def key(self) -> str:
        """Return what a browser remembers when its owner puts the notice away: a new wording is a new notice."""
        return f"{self.pk or 0}-{self.live_revision_id or 0}"

    @property
    def segment_ids(self) -> tuple[int, ...] | None:
        """Return the segments it is aimed at, deleted ones too; None for a notice for everybody."""
        ids = tuple(item["value"] for item in self.segments.raw_data)
        return ids or None

    @property
    def link_url(self) -> str:
        return (self.link_page.get_url() or "") if self.link_page and self.link_page.live else ""

    @property
    def link_label(self) -> str:
        return self.link_text or (self.link_page.title if self.link_page else "")

    def get_full_url(self) -> str:
        return f"{settings.SITE_URL}/{self.locale.language_code}/"

    # Wagtail's preview takes language and host of the page from here.
    full_url = property(get_full_url)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "portal/notice_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, object]:
        return {"notices": [self]}
