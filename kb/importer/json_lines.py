"""`.jsonl`: one article a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from kb.importer import records
from kb.importer.records import ArticleRecord, FieldProblem, RowError
from kb.markdown import JsonValue, from_lines

# A longer line is not held in memory; with escapes it may be six times as long as the longest body.
MAX_LINE_BYTES = 16 * 2**20
CHUNK_BYTES = 2**16


def read(path: Path) -> Iterator[ArticleRecord | RowError]:
    """Yield each line of the file as an article or as what is wrong with it; holds one line in memory."""
    seen: dict[str, int] = {}
    with path.open("rb") as file:
        for number, line in _lines(file):
            item = _read_line(number, line)
            if item is None:
                continue
            if isinstance(item, ArticleRecord):
                first = seen.setdefault(item.external_id, number)
                if first != number:
                    item = item.error("id", _("is already used in line %(line)s") % {"line": first})
            yield item


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield numbered lines; None for one that is too long, which is skipped without being held."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.endswith(b"\n") or len(line) < MAX_LINE_BYTES:
            yield number, line
            continue
        while (rest := file.readline(CHUNK_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield number, None


def _read_line(number: int, line: bytes | None) -> ArticleRecord | RowError | None:
    place = _("line %(line)s") % {"line": number}
    if line is None:
        return RowError(place, "line", _("is longer than %(size)s MB") % {"size": MAX_LINE_BYTES // 2**20}, line=number)
    if not line.strip():
        return None
    try:
        data = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return RowError(
            place,
            "line",
            _("is not UTF-8 (byte %(byte)s); save the file as UTF-8") % {"byte": error.start + 1},
            line=number,
        )
    except json.JSONDecodeError as error:
        return RowError(place, "line", _("is not JSON (column %(column)s)") % {"column": error.colno}, line=number)
    except (ValueError, RecursionError):
        return RowError(place, "line", _("is not JSON that can be read"), line=number)
    if not isinstance(data, dict):
        return RowError(place, "line", _("must be a JSON object in braces"), line=number)
    try:
        return _record(data, place=place, line=number)
    except FieldProblem as problem:
        return RowError(place, problem.field, problem.reason, _shown_id(data), number)


def _record(data: dict[str, JsonValue], *, place: str, line: int) -> ArticleRecord:
    external_id = records.clean_id(data.get("id"), "id")
    title = records.clean_title(data.get("title"))
    section = records.clean_line(data.get("section"), "section", max_length=120, is_required=True)
    if "body" not in data:
        raise FieldProblem("body", _("is missing"))
    body = records.clean_text(data["body"], "body", max_length=records.BODY_MAX_LENGTH)
    headings = records.clean_lines(data.get("headings"), "headings", max_length=1000)
    return ArticleRecord(
        place=place,
        line=line,
        external_id=external_id,
        language=records.clean_language(data.get("lang")),
        kind=records.clean_kind(data.get("kind")),
        category=records.slug_of(section, "section"),
        category_title=section,
        title=title,
        body=tuple(from_lines(body, headings=headings, title=title)),
        keywords=_headings_without_place(headings, body, title),
    )


def _headings_without_place(headings: tuple[str, ...], body: str, title: str) -> tuple[str, ...]:
    """Return the headings that are no line of the body: they cannot be shown, but readers search for them.

    Lost, they cost ten points of success@5 (docs/search.md).
    """
    shown = {" ".join(line.split()) for line in body.splitlines()} | {title}
    return tuple(heading for heading in headings if " ".join(heading.split()) not in shown)


def _shown_id(data: dict[str, JsonValue]) -> str:
    """Return the id for the report, whatever its state."""
    return str(data.get("id", ""))[: records.ID_MAX_LENGTH].encode("ascii", "replace").decode().replace("\x00", "?")
