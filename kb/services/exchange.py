"""Imports and exports asked for in the admin: checked, shown, confirmed once, run by the worker, forgotten at night."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone, translation

from kb.exporter import ExportOptions, export_help_centre
from kb.importer import ImportRefused, RowError, WriteOptions, Written, import_articles
from kb.models.exchange import ExchangeJob, ExchangeKind, ExchangeStatus

# What a page can show; the counts are of all.
MAX_LISTED = 500


def begin_import(*, file: UploadedFile, user: Any, language: str, as_drafts: bool) -> ExchangeJob:
    """Keep the uploaded file and have it checked; nothing is written to the help centre."""
    job = ExchangeJob(
        kind=ExchangeKind.IMPORT,
        status=ExchangeStatus.CHECKING,
        name=(file.name or "")[-255:],
        user=user,
        language=language,
        options={"as_drafts": as_drafts},
    )
    _make_room(job.path)
    digest = hashlib.sha256()
    with job.path.open("wb") as target:
        for chunk in file.chunks():
            digest.update(chunk)
            target.write(chunk)
    job.digest = digest.hexdigest()
    return _saved_and_enqueued(job)


def begin_export(*, user: Any, language: str, with_drafts: bool, with_people: bool) -> ExchangeJob:
    """Have the help centre packed."""
    job = ExchangeJob(
        kind=ExchangeKind.EXPORT,
        status=ExchangeStatus.RUNNING,
        name=f"help-centre-{timezone.localdate().isoformat()}.zip",
        user=user,
        language=language,
        options={"with_drafts": with_drafts, "with_people": with_people},
    )
    _make_room(job.path)
    return _saved_and_enqueued(job)


@transaction.atomic
def confirm_import(*, job_id: UUID, user: Any) -> bool:
    """Let a checked import run; returns False when it is running or done already, or is somebody else's."""
    waiting = ExchangeJob.objects.filter(pk=job_id, user=user, kind=ExchangeKind.IMPORT, status=ExchangeStatus.READY)
    if not waiting.update(status=ExchangeStatus.RUNNING, done=0):
        return False
    _enqueue(job_id)
    return True


def run_job(job_id: UUID) -> None:
    """Do what a job waits for; again after a kill is no harm. Called by the worker.

    A fault that nobody foresaw is raised after the job says that it failed: its page would wait for ever.
    """
    job = ExchangeJob.objects.select_related("user").filter(pk=job_id).first()
    if job is None or not job.is_waiting:
        return
    with translation.override(job.language):
        try:
            _export(job) if job.kind == ExchangeKind.EXPORT else _import(job)
        except (ImportRefused, OSError) as error:
            job.status = ExchangeStatus.FAILED
            job.report = {"refusal": str(error)}
        finally:
            if job.is_waiting:
                job.status = ExchangeStatus.FAILED
                job.report = {"refusal": translation.gettext("Something went wrong here. An operator can read why.")}
            job.finished_at = timezone.now()
            job.save()


def purge_jobs(*, before: datetime) -> int:
    """Forget the jobs of before `before` and their files; returns how many."""
    jobs = list(ExchangeJob.objects.filter(created_at__lt=before))
    for job in jobs:
        job.path.unlink(missing_ok=True)
        job.delete()
    return len(jobs)


def count_old_jobs(*, before: datetime) -> int:
    """Return how many jobs `purge_jobs` would forget; one query."""
    return ExchangeJob.objects.filter(created_at__lt=before).count()


def _export(job: ExchangeJob) -> None:
    result = export_help_centre(job.path, ExportOptions(**job.options), on_progress=_progress_of(job))
    job.report = {"articles": result.articles, "files": result.files}
    job.status = ExchangeStatus.DONE


def _import(job: ExchangeJob) -> None:
    is_check = job.status == ExchangeStatus.CHECKING
    if hashlib.sha256(job.path.read_bytes()).hexdigest() != job.digest:
        raise ImportRefused(translation.gettext("The file is not the one that was uploaded. Upload it again."))
    listed: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()

    def note(written: Written) -> None:
        counts[written.outcome] += 1
        if written.outcome in ("created", "updated") and len(listed) < MAX_LISTED:
            listed.append(
                {
                    "outcome": written.outcome,
                    "title": written.record.title,
                    "id": written.record.external_id,
                    "changed": list(written.changed),
                }
            )

    result = import_articles(
        job.path,
        is_dry_run=is_check,
        options=WriteOptions(as_drafts=bool(job.options.get("as_drafts")), user=job.user),
        on_progress=_progress_of(job),
        on_article=note,
    )
    job.report = {
        "counts": {name: counts[name] for name in ("created", "updated", "unchanged")} | {"rejected": result.rejected},
        "made": dict(result.made),
        "articles": listed,
        "errors": [_row(error) for error in result.errors[:MAX_LISTED]],
        "notices": [_row(notice) for notice in result.notices[:MAX_LISTED]],
    }
    job.status = ExchangeStatus.READY if is_check else ExchangeStatus.DONE


def _row(error: RowError) -> dict[str, Any]:
    return {
        "place": error.place,
        "line": error.line,
        "id": error.external_id,
        "field": error.field,
        "reason": error.reason,
    }


def _progress_of(job: ExchangeJob) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        ExchangeJob.objects.filter(pk=job.pk).update(done=done, total=total)
        job.done, job.total = done, total

    return show


def _make_room(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _saved_and_enqueued(job: ExchangeJob) -> ExchangeJob:
    with transaction.atomic():
        job.save(force_insert=True)
        _enqueue(job.pk)
    return job


def _enqueue(job_id: UUID) -> None:
    # The tasks import the services.
    from kb.tasks import run_exchange_job

    transaction.on_commit(lambda: run_exchange_job.enqueue(str(job_id)))
