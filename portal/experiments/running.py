"""The experiments that run, kept in each process, and the variant of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from kb import services as kb_services
from personalization.experiments import A, B, variant_on
from personalization.registry import modules
from portal.lib.snapshots import Snapshot
from portal.models import Experiment
from portal.models.experiments import ExperimentKind


@dataclass(frozen=True)
class Running:
    """One experiment as pages need it. `notice_id` is None for an order of boxes."""

    experiment_id: int
    key: str
    started_on: date
    notice_id: int | None
    other_text: str
    other_order: tuple[str, ...]

    def variant(self, day: date) -> str:
        """Return what everybody sees on `day`."""
        return variant_on(day, key=self.key, started_on=self.started_on)

    def counts_on(self, day: date) -> bool:
        """Say whether `day` belongs to it: it begins with a whole day."""
        return day >= self.started_on


def connect() -> None:
    """Notice each change. Called by `apps.ready`."""
    for signal in (post_save, post_delete):
        signal.connect(_changed, sender=Experiment)


def today() -> date:
    """Return the day that decides, in the site's time zone."""
    return timezone.localdate()


def is_any() -> bool:
    """Say whether any experiment runs today. Cost: none when warm (see Snapshot)."""
    return bool(_counting())


def of_notice(notice_id: int) -> Running | None:
    """Return the experiment that runs on a notice today. Cost: none when warm (see Snapshot)."""
    return next((one for one in _counting() if one.notice_id == notice_id), None)


def of_home_order() -> Running | None:
    """Return the experiment that runs on the order of boxes today. Cost: none when warm."""
    return next((one for one in _counting() if one.notice_id is None), None)


def wording(notice_id: int, usual: str) -> str:
    """Return the words that a notice has today."""
    running = of_notice(notice_id)
    return running.other_text if running and running.variant(today()) == B else usual


def home_order() -> tuple[str, ...]:
    """Return the boxes in the order of today for whoever has none of their own; empty: the usual order."""
    running = of_home_order()
    if running is None or running.variant(today()) == A:
        return ()
    first = running.other_order
    return (*first, *(module.key for module in modules("home") if module.key not in first))


def _counting() -> list[Running]:
    return [one for one in snapshot.get() if one.counts_on(today())]


def _load() -> tuple[Running, ...]:
    return tuple(
        Running(
            experiment_id=one.pk,
            key=one.key,
            started_on=one.started_on,
            notice_id=one.notice_id if one.kind == ExperimentKind.NOTICE else None,
            other_text=one.other_text,
            other_order=one.other_order,
        )
        for one in Experiment.objects.running()
        # A notice that was deleted has no variants.
        if one.started_on is not None and (one.kind == ExperimentKind.HOME_ORDER or one.notice_id is not None)
    )


def _changed(sender: object, **signal: object) -> None:
    snapshot.forget()
    kb_services.refresh_public_pages()


snapshot = Snapshot("experiments", _load)
