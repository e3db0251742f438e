"""What accounts read and searched for lately: kept only while they allow it, a few rows each.

Written by `kb.services.reading_history` alone. Nothing here says how long or how far somebody read.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.models.articles import ArticlePage
from kb.models.search_log import LOGGED_QUERY_MAX_LENGTH


class ReadArticle(models.Model):
    """An article that an account opened; one row for each, with the last time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="read_by")
    read_at = models.DateTimeField(_("read"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("read article")
        verbose_name_plural = _("read articles")
        constraints = [models.UniqueConstraint(fields=["user", "article"], name="one_row_of_a_read_article")]
        indexes = [models.Index(fields=["user", "-read_at"], name="latest_read_of_an_account")]

    def __str__(self) -> str:
        return f"{self.pk}"


class RecentSearch(models.Model):
    """What an account searched for, as typed; one row for each wording, without marks, with the last time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES)
    query = models.CharField(_("search, without marks"), max_length=LOGGED_QUERY_MAX_LENGTH)
    shown_query = models.CharField(_("search as typed"), max_length=LOGGED_QUERY_MAX_LENGTH)
    searched_at = models.DateTimeField(_("searched"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("recent search")
        verbose_name_plural = _("recent searches")
        constraints = [models.UniqueConstraint(fields=["user", "language", "query"], name="one_row_of_a_recent_search")]

    def __str__(self) -> str:
        return f"{self.pk}"
