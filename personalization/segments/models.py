"""The segments that editors make."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.segments.rules import Rules, UnreadableRules, read, write


def no_rules() -> dict[str, object]:
    return write(Rules())


class Segment(models.Model):
    """A kind of customers, by rules over what they told us and what their orders say; never a list of people."""

    name = models.CharField(
        _("name"), max_length=80, unique=True, help_text=_("For editors. Customers read the rule, never the name.")
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("What it is for. Not who is in it: that is the rule.")
    )
    rules = models.JSONField(_("rule"), default=no_rules)
    starts_on = models.DateField(
        _("on from"), null=True, blank=True, help_text=_("Empty: at once. Before that day nobody belongs to it.")
    )
    ends_on = models.DateField(
        _("on until"), null=True, blank=True, help_text=_("The last day. Empty: until somebody ends it.")
    )
    # How many accounts belong to it, and when that was counted; nothing about who.
    account_count = models.PositiveIntegerField(_("accounts"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError(
                {"ends_on": _("The last day lies before the first, so nobody would ever belong to it.")}
            )

    def is_on(self, day: date) -> bool:
        """Say whether `day` lies between the two dates, both included."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)

    def readable_rules(self) -> Rules | None:
        """Return the rules as values; None for data that nobody can read (of a newer version, or made by hand)."""
        try:
            return read(self.rules)
        except UnreadableRules:
            return None
