"""Writes of experiments: begin, stop, add what was counted; and their result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from personalization.experiments import Result, Tally, judge, needed_views, variant_on
from portal.models import Experiment, ExperimentDay
from portal.models.experiments import ExperimentKind


class CannotStart(ValueError):
    """The experiment cannot begin; the text says why, in the editor's language."""


@transaction.atomic
def start(experiment: Experiment) -> None:
    """Let it begin with the next day, so that its first day is whole. Errors: CannotStart."""
    if experiment.started_on is not None:
        raise CannotStart(_("It has begun already. Make another one to ask again."))
    rivals = Experiment.objects.running().filter(kind=experiment.kind)
    if experiment.kind == ExperimentKind.NOTICE:
        rivals = rivals.filter(notice_id=experiment.notice_id)
    if rivals.exists():
        raise CannotStart(_("Another experiment on the same thing is running. Stop that one first."))
    try:
        experiment.full_clean()
    except ValidationError as error:
        raise CannotStart(" ".join(error.messages)) from error
    experiment.started_on = timezone.localdate() + timedelta(days=1)
    experiment.usual_text = experiment.notice.text if experiment.notice else ""
    experiment.save()


@transaction.atomic
def stop(experiment: Experiment) -> None:
    """End it now: everybody sees variant A again. Whole pairs of days before today count. Stopping again changes nothing."""
    if experiment.is_running:
        experiment.stopped_on = timezone.localdate()
        experiment.save()


@transaction.atomic
def add_counts(counts: Mapping[tuple[int, date, str], int]) -> None:
    """Add what was counted: (experiment, day, "seen" or "opened") → how often. Cost: one query, and three for each count."""
    experiments = Experiment.objects.in_bulk({experiment_id for experiment_id, _day, _what in counts})
    for (experiment_id, day, what), count in counts.items():
        experiment = experiments.get(experiment_id)
        if experiment is None or experiment.started_on is None:
            continue  # deleted meanwhile
        row, _made = ExperimentDay.objects.get_or_create(
            experiment_id=experiment_id,
            day=day,
            defaults={"variant": variant_on(day, key=experiment.key, started_on=experiment.started_on)},
        )
        ExperimentDay.objects.filter(pk=row.pk).update(**{what: F(what) + count})


def result_of(experiment: Experiment) -> Result | None:
    """Return what it says so far; None before its first day. Cost: one query."""
    if experiment.started_on is None:
        return None
    tallies = [Tally(row.day, row.variant, row.seen, row.opened) for row in experiment.days.all()]
    needed = needed_views(float(experiment.usual_percent) / 100, float(experiment.worthwhile_points) / 100)
    until = experiment.stopped_on or timezone.localdate()
    return judge(tallies, started_on=experiment.started_on, until=until, needed=needed)
