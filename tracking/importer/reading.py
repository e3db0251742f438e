"""Files into rows: encodings, separators, spreadsheets, and the limits that keep a hostile file harmless."""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

Cell = str | int | float | datetime | date | None

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ROWS = 200_000
# A spreadsheet is a zip: these stop one that unpacks to the size of the disk.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_INFLATION = 100
MAX_CELL_CHARACTERS = 10_000
# More line breaks than any address has; beyond them a quotation mark is missing.
MAX_RECORD_LINES = 12
_SEPARATORS = ",;\t|"


class UnreadableFile(Exception):
    """The file as a whole cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One row with the number of its line (the header is line 1), or why it could not be read."""

    line: int
    cells: list[Cell]
    fault: str = ""


def read_rows(path: Path) -> Iterator[Row]:
    """Yield every row that is not empty, the header first; raises UnreadableFile."""
    if not path.is_file():
        raise UnreadableFile(f"{path}: no such file")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise UnreadableFile(f"{path.name} is larger than {MAX_FILE_BYTES // 2**20} MB; split it")
    rows = _spreadsheet_rows(path) if _is_zip(path) else _text_rows(path)
    count = 0
    for row in rows:
        if not row.fault and not any(cell not in (None, "") for cell in row.cells):
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise UnreadableFile(f"{path.name} has more than {MAX_ROWS} rows; split it")
        yield row
    if not count:
        raise UnreadableFile(f"{path.name} is empty")


def _is_zip(path: Path) -> bool:
    # By content, not by name: a workbook saved as "orders.csv" is still a workbook.
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


# --- CSV -----------------------------------------------------------------------------------------


def _text_rows(path: Path) -> Iterator[Row]:
    lines = decode_lines(path.read_bytes(), path.name)
    separator = sniff_separator(lines[0] or "") if lines else ","
    at = 0
    while at < len(lines):
        record, height = _record(lines, at, separator)
        yield record
        at += height


def _record(lines: list[str | None], at: int, separator: str) -> tuple[Row, int]:
    """Return the record that begins on line `at` and how many lines it takes.

    A quoted cell may hold line breaks. A quotation mark that is never closed would swallow the rest of the file, so
    after a few lines the first one is called faulty and reading goes on behind it.
    """
    if lines[at] is None:
        return Row(at + 1, [], "not in the encoding of the rest of the file; save it as CSV UTF-8"), 1
    for height in range(1, MAX_RECORD_LINES + 1):
        part = lines[at : at + height]
        if len(part) < height or None in part:
            break
        text = "".join(line for line in part if line is not None)
        try:
            cells = next(csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        return Row(at + 1, [cell[: MAX_CELL_CHARACTERS + 1].strip() for cell in cells]), height
    return Row(at + 1, [], "the quotation marks do not pair up"), 1


def decode_lines(content: bytes, name: str) -> list[str | None]:
    """Return the lines of a text file; None for a line that is not in the file's encoding.

    The encoding is UTF-16 by its mark, UTF-8 when most lines beyond ASCII are, else Windows-1258 (Vietnamese).
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return list(content.decode("utf-16").replace("\x00", "").splitlines(keepends=True))
        except UnicodeDecodeError as error:
            raise UnreadableFile(f'{name} is damaged UTF-16; save it as "CSV UTF-8"') from error
    raw = content.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
    lines = [_decoded(line, "utf-8") for line in raw]
    beyond_ascii = sum(not line.isascii() for line in raw)
    if lines.count(None) * 2 > beyond_ascii:
        lines = [_decoded(line, "cp1258") for line in raw]
    return lines


def _decoded(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding).replace("\x00", "")
    except UnicodeDecodeError:
        return None


def sniff_separator(header: str) -> str:
    """Return the separator that the header uses most; a comma if there is none."""
    return max(_SEPARATORS, key=lambda separator: (header.count(separator), separator == ","))


# --- XLSX ----------------------------------------------------------------------------------------


def _spreadsheet_rows(path: Path) -> Iterator[Row]:
    _refuse_hostile_workbook(path)
    try:
        # Formulas come as the text or number that was last computed; nothing is ever evaluated.
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise UnreadableFile(f"{path.name} is not a workbook that can be read: {error}") from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise UnreadableFile(f"{path.name} has no sheet")
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield Row(number, [_spreadsheet_cell(value) for value in values])
    finally:
        book.close()


def _spreadsheet_cell(value: object) -> Cell:
    if isinstance(value, str):
        return value[: MAX_CELL_CHARACTERS + 1].strip()
    if value is None or isinstance(value, (int, float, datetime, date)):
        return value
    return str(value)


def _refuse_hostile_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(f"{path.name} is damaged: {error}") from error
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > MAX_UNPACKED_BYTES or unpacked / packed > MAX_INFLATION:
        raise UnreadableFile(f"{path.name} unpacks to {unpacked // 2**20} MB; that is refused for safety")
    names = [member.filename.lower() for member in members]
    if any(name.endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(f"{path.name} holds macros; save it as .xlsx without them")
    if any(name.startswith("xl/externallinks/") for name in names):
        raise UnreadableFile(f"{path.name} links to other files; break the links and save it again")
