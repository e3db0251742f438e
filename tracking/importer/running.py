"""The import itself: check the whole file, then write chunk by chunk with a checkpoint in each transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tracking.importer.columns import find_columns
from tracking.importer.orders import CheckedOrders, check_rows
from tracking.importer.reading import read_rows
from tracking.importer.report import ImportReport, RowError
from tracking.models import ImportJob, SourceRank
from tracking.services import IngestResult, ingest_orders

# Large enough to be fast, small enough that a kill repeats little and other writers never wait long.
CHUNK = 200


@dataclass(frozen=True)
class ImportOptions:
    """`source` names the system the file comes from: with the order number it is what makes an order the same."""

    source: str = "file"
    dry_run: bool = False
    dots_are_thousands: bool = False


def import_orders_file(
    path: Path, options: ImportOptions, *, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> ImportReport:
    """Import the orders of `path` and return what happened; raises UnreadableFile before anything is written.

    Idempotent: the same file again changes nothing. Killed half-way and started again it goes on after the last
    whole chunk. `on_progress` gets the number of orders done and of all orders.
    """
    rows = read_rows(path)
    columns = find_columns(next(rows).cells)
    checked = check_rows(rows, columns, dots_are_thousands=options.dots_are_thousands)
    report = ImportReport(
        rows=sum(len(payload.lines) for payload in checked.payloads),
        rejected=checked.rejected,
        ignored_columns=columns.ignored,
        errors=list(checked.errors),
    )
    if not options.dry_run:
        _write(path, options, checked, report, on_progress)
    return report


def _write(
    path: Path,
    options: ImportOptions,
    checked: CheckedOrders,
    report: ImportReport,
    on_progress: Callable[[int, int], None],
) -> None:
    job = _open_job(path, options)
    report.resumed_at = job.orders_done
    report.created, report.updated, report.unchanged = job.created, job.updated, job.unchanged
    total = len(checked.payloads)
    for start in range(job.orders_done, total, CHUNK):
        payloads = checked.payloads[start : start + CHUNK]
        with transaction.atomic():
            result = ingest_orders(payloads, source=options.source, rank=SourceRank.FILE)
            _count(result, report)
            job.orders_done = start + len(payloads)
            job.created, job.updated, job.unchanged = report.created, report.updated, report.unchanged
            job.save()
        _name_rejections(result, checked.first_lines[start : start + CHUNK], report)
        on_progress(job.orders_done, total)
    job.finished_at = timezone.now()
    job.save(update_fields=["finished_at"])


def _open_job(path: Path, options: ImportOptions) -> ImportJob:
    """Return the unfinished job of exactly this file and source, or a new one."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    # What is declared about the file changes what its rows mean, so it is part of its identity.
    digest = hashlib.sha256(f"{digest} {options.dots_are_thousands}".encode()).hexdigest()
    unfinished = ImportJob.objects.filter(source=options.source, file_digest=digest, finished_at=None).first()
    return unfinished or ImportJob.objects.create(source=options.source, file_digest=digest, file_name=path.name[:200])


def _count(result: IngestResult, report: ImportReport) -> None:
    report.created += result.count("created")
    report.updated += result.count("updated")
    report.unchanged += result.count("unchanged")
    report.rejected += result.count("rejected")


def _name_rejections(result: IngestResult, first_lines: tuple[int, ...], report: ImportReport) -> None:
    for item, line in zip(result.items, first_lines, strict=True):
        if item.outcome == "rejected":
            report.errors.append(RowError(line, item.external_number, item.field, "", item.reason))
