"""Which article helps with an order that is like this: what editors say, and order pages and reports read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from personalization.situations import Situation, reason_choices, state_choices


class OrderHelpQuerySet(models.QuerySet["OrderHelp"]):
    """Reads of the map."""

    def situations_of(self, article: Page) -> tuple[Situation, ...]:
        """Return the situations in which an article helps, or one that it is a translation of. Cost: one query."""
        return tuple(sorted(line.situation for line in self.filter(article__translation_key=article.translation_key)))


class OrderHelp(models.Model):
    """One line of the map from orders to articles.

    States and reasons are words of the app that keeps orders; a line without a reason or a product holds for all of
    them. The article stands for its translations: a reader meets the one in their language.
    """

    state = models.CharField(_("state of the order or parcel"), max_length=30)
    reason = models.CharField(
        _("reason"), max_length=30, blank=True, help_text=_("Empty: whatever the reason is, and where none is given.")
    )
    product_code = models.CharField(
        _("product"),
        max_length=40,
        blank=True,
        help_text=_("Empty: whatever was bought. Only for products that need other help than the rest."),
    )
    article = models.ForeignKey(
        "kb.ArticlePage",
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        related_name="order_help",
        help_text=_(
            "In any language: readers get its translation into theirs. Not for articles about a product in general."
        ),
    )

    objects = OrderHelpQuerySet.as_manager()

    class Meta:
        verbose_name = _("help for orders")
        verbose_name_plural = _("help for orders")
        ordering = ["state", "reason", "product_code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["state", "reason", "product_code", "article"], name="order_help_once")
        ]

    def __str__(self) -> str:
        return f"{self.situation} → {self.article}"

    @property
    def situation(self) -> Situation:
        """Return what the line is about."""
        return Situation(self.state, self.reason, self.product_code)

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        if self.state not in {choice.code for choice in state_choices()}:
            problems["state"] = _("There is no such state.")
        if self.reason and self.reason not in {choice.code for choice in reason_choices()}:
            problems["reason"] = _("There is no such reason.")
        if problems:
            raise ValidationError(problems)
