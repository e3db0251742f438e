"""What an import says afterwards, row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from portal.lib.spreadsheets import neutralise_formula

ERROR_COLUMNS = ("line", "order", "field", "value", "reason", "hint")


@dataclass(frozen=True)
class RowError:
    """One fault: where it is, what stands there, why it cannot be used and what to do."""

    line: int
    order: str
    field: str
    value: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        value = f" {self.value[:60]!r}" if self.value else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"line {self.line}, {self.field}{value}: {self.reason}{hint}"


@dataclass
class ImportReport:
    """Counters in orders, faults in rows; `resumed_at` is the number of orders that an earlier run had written."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    resumed_at: int = 0
    ignored_columns: tuple[str, ...] = ()
    errors: list[RowError] = field(default_factory=list)


def write_error_file(path: Path, errors: Iterable[RowError]) -> None:
    """Write the faults as a CSV that Excel opens with its Vietnamese letters intact (UTF-8 with a byte order mark)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ERROR_COLUMNS)
        for error in errors:
            cells = (error.order, error.field, error.value, error.reason, error.hint)
            writer.writerow([error.line, *map(neutralise_formula, cells)])
