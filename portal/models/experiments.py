"""Experiments with two variants: what is compared, and two counts for each day. Nothing in here is about anybody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.experiments import A, B
from personalization.registry import modules
from portal.models.notices import NoticeBanner, NoticePlace


class ExperimentKind(models.TextChoices):
    """What has two variants."""

    NOTICE = "notice", _("Wording of a notice")
    HOME_ORDER = "home_order", _("Order of the boxes on the home page")


def public_boxes() -> list[tuple[str, str]]:
    """Return the boxes that everybody sees, as choices in their usual order."""
    return [(module.key, str(module.title)) for module in modules("home") if not module.is_personal]


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    """Reads of experiments."""

    def running(self) -> ExperimentQuerySet:
        """Keep those that were started and not stopped."""
        return self.filter(started_on__isnull=False, stopped_on__isnull=True)


class Experiment(models.Model):
    """Two variants of one thing: A is what there is, B is what is written here."""

    name = models.CharField(
        _("name"), max_length=120, help_text=_("For your colleagues: what you want to find out, in one sentence.")
    )
    kind = models.CharField(_("what has two variants"), max_length=12, choices=ExperimentKind)
    notice = models.ForeignKey(
        NoticeBanner,
        verbose_name=_("notice"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Its own words are variant A. It needs a link, for opening that is what counts."),
    )
    other_text = models.CharField(
        _("words of variant B"), max_length=200, blank=True, help_text=_("Change one thing only, or nobody learns why.")
    )
    box_1 = models.CharField(_("first box in variant B"), max_length=80, choices=public_boxes, blank=True)
    box_2 = models.CharField(_("second box in variant B"), max_length=80, choices=public_boxes, blank=True)
    box_3 = models.CharField(_("third box in variant B"), max_length=80, choices=public_boxes, blank=True)
    usual_percent = models.DecimalField(
        _("opened so far, of 100 views"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(5),
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(99))],
        help_text=_("What you expect of variant A. A guess will do: it only says how long the experiment has to be."),
    )
    worthwhile_points = models.DecimalField(
        _("smallest difference worth having, in points"),
        max_digits=4,
        decimal_places=1,
        default=Decimal(2),
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(50))],
        help_text=_("From 5 to 7 of 100 are 2 points. Half of it takes four times as many views."),
    )
    usual_text = models.CharField(_("words of variant A when it began"), max_length=200, blank=True, editable=False)
    started_on = models.DateField(_("first day"), null=True, blank=True, editable=False)
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True, editable=False)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Return the name under which the days of this experiment are drawn."""
        return f"experiment-{self.pk}"

    @property
    def other_order(self) -> tuple[str, ...]:
        """Return the boxes that come first in variant B; the others follow as usual."""
        return tuple(dict.fromkeys(filter(None, (self.box_1, self.box_2, self.box_3))))

    @property
    def is_running(self) -> bool:
        return self.started_on is not None and self.stopped_on is None

    @property
    def was_meddled_with(self) -> bool:
        """Say whether the notice was deleted or got other words since the beginning: then the counts are of two things."""
        if self.kind != ExperimentKind.NOTICE or not self.is_running:
            return False
        return self.notice is None or self.notice.text != self.usual_text

    def clean(self) -> None:
        problems = self._problems_of_notice() if self.kind == ExperimentKind.NOTICE else self._problems_of_order()
        if problems:
            raise ValidationError(problems)

    def _problems_of_notice(self) -> dict[str, Any]:
        problems: dict[str, Any] = {}
        if self.notice is None:
            problems["notice"] = _("Choose the notice.")
        elif self.notice.segment_ids is not None:
            problems["notice"] = _("This notice is only for some segments. An experiment needs one for everybody.")
        elif self.notice.place == NoticePlace.OFFERS:
            problems["notice"] = _(
                "Offers are only for customers who allow them. An experiment needs a notice for everybody."
            )
        elif not self.notice.link_url:
            problems["notice"] = _("This notice leads nowhere, so nobody can open it. Give it a published page first.")
        if not self.other_text.strip():
            problems["other_text"] = _("Write the words of variant B.")
        elif self.notice is not None and self.other_text.strip() == self.notice.text.strip():
            problems["other_text"] = _("These are the words of variant A.")
        return problems

    def _problems_of_order(self) -> dict[str, Any]:
        usual = [key for key, _title in public_boxes()]
        if not self.box_1:
            return {"box_1": _("Choose the box that comes first in variant B.")}
        if tuple(usual[: len(self.other_order)]) == self.other_order:
            return {"box_1": _("This is the usual order, so both variants would be the same.")}
        return {}


class ExperimentDay(models.Model):
    """How often the variant of one day was seen, and how often it was opened."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    variant = models.CharField(_("variant"), max_length=1, choices=[(A, "A"), (B, "B")])
    seen = models.PositiveIntegerField(_("seen"), default=0)
    opened = models.PositiveIntegerField(_("opened"), default=0)

    class Meta:
        verbose_name = _("day of an experiment")
        verbose_name_plural = _("days of experiments")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["experiment", "day"], name="one_row_of_an_experiment_each_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.variant}: {self.seen}/{self.opened}"
