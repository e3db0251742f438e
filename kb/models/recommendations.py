"""What the night has learnt from reading, for recommendations; written whole by `kb.recommendations.counting` alone.

No row names a reader, and none stands on fewer than twenty. Articles are named by the key that their translations share;
a row about one that is gone finds nothing and goes with the next night.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.recommendations.learning import K


class ReadShare(models.Model):
    """How large a part of all reading lately an article was: the most read ones only. From counts of everybody."""

    article_key = models.UUIDField(_("article"), unique=True)
    share = models.FloatField(_("share of all reading"))

    class Meta:
        verbose_name = _("share of reading")
        verbose_name_plural = _("shares of reading")
        ordering = ["-share", "article_key"]

    def __str__(self) -> str:
        return f"{self.article_key}: {self.share:.4f}"


class CoReading(models.Model):
    """Two articles that the same readers opened, seen from one of them; from histories of those who allow it."""

    article_key = models.UUIDField(_("article"), db_index=True)
    other_key = models.UUIDField(_("other article"))
    readers = models.PositiveIntegerField(_("different readers of both"))
    lift = models.FloatField(_("times likelier than by chance"))

    class Meta:
        verbose_name = _("pair of articles read together")
        verbose_name_plural = _("pairs of articles read together")
        constraints = [
            models.UniqueConstraint(fields=["article_key", "other_key"], name="one_row_of_a_pair_read_together"),
            models.CheckConstraint(condition=models.Q(readers__gte=K), name="nobody_stands_out_of_a_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.article_key} → {self.other_key}: {self.readers}"


class SourceLift(models.Model):
    """How many times likelier readers open what their products, or their topics, point to."""

    source = models.CharField(_("source"), max_length=20, unique=True)
    readers = models.PositiveIntegerField(_("different readers"))
    lift = models.FloatField(_("times likelier than by chance"))

    class Meta:
        verbose_name = _("lift of a source")
        verbose_name_plural = _("lifts of sources")
        constraints = [models.CheckConstraint(condition=models.Q(readers__gte=K), name="nobody_stands_out_of_a_lift")]

    def __str__(self) -> str:
        return f"{self.source}: {self.lift:.2f}"
