"""What readers search for, as counts of days; nobody who searched can be told from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LOGGED_QUERY_MAX_LENGTH = 150


class SearchLogEntry(models.Model):
    """How often something was searched for on a day, what came of it, and nothing about by whom or at what time.

    `query` is folded, so that all spellings count as one. An empty one gathers the searches whose words are not kept:
    they may have held personal data, or the day had too many different ones.
    """

    day = models.DateField(_("day"), db_index=True)
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES)
    query = models.CharField(_("search, without marks"), max_length=LOGGED_QUERY_MAX_LENGTH, blank=True)
    # One of the ways in which it was typed, with marks if anybody typed them: what editors read.
    shown_query = models.CharField(_("search as typed"), max_length=LOGGED_QUERY_MAX_LENGTH, blank=True)
    searches = models.PositiveIntegerField(_("searches"), default=0)
    zero_searches = models.PositiveIntegerField(_("searches without result"), default=0)
    clicked_searches = models.PositiveIntegerField(_("searches with a click"), default=0)
    result_count = models.PositiveIntegerField(_("results, last"), default=0)

    class Meta:
        verbose_name = _("searches of a day")
        verbose_name_plural = _("searches of days")
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "query"], name="one_row_of_a_search_each_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.language} {self.query!r}: {self.searches}"


class SearchLogClick(models.Model):
    """How often a result was opened from a search, and at which place it stood (0: promoted).

    `page_id` is no foreign key: what readers chose last month stays true when the page is gone. 0 is an address.
    """

    entry = models.ForeignKey(SearchLogEntry, on_delete=models.CASCADE, related_name="clicks")
    page_id = models.PositiveBigIntegerField(_("page"), default=0)
    position = models.PositiveSmallIntegerField(_("place among the results"))
    count = models.PositiveIntegerField(_("clicks"), default=0)

    class Meta:
        verbose_name = _("clicks of a search")
        verbose_name_plural = _("clicks of searches")
        constraints = [
            models.UniqueConstraint(fields=["entry", "page_id", "position"], name="one_row_of_a_clicked_result")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} @{self.position}: {self.count}"
