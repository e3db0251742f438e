"""A folder or zip of Markdown files with front matter, one article each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import yaml
from django.utils import timezone

from kb.importer import records
from kb.importer.records import ArticleRecord, FieldProblem, RowError
from kb.importer.sources import MAX_FILE_BYTES, MEGABYTE, Folder, ImportRefused, ZipFolder, open_folder
from kb.markdown import MarkdownProblem, from_markdown

FENCE = "---"
FRONT_MATTER_MAX_LENGTH = 20_000
KNOWN_KEYS = {
    "id", "translation_of", "lang", "kind", "category", "title", "short_answer", "products", "keywords", "phase",
    "image", "image_alt", "checked_days_ago", "last_checked_on", "interval_months", "minutes", "tools", "draft",
}  # fmt: skip

FrontMatter = dict[str, object]


class _PlainLoader(yaml.SafeLoader):
    """Reads YAML without anchors: a few of them are enough to unfold into gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("anchors and aliases are not taken")
        return super().compose_node(parent, index)


def read(path: Path) -> Iterator[ArticleRecord | RowError]:
    """Yield each `.md` file below `path` as an article or as what is wrong with it.

    Translations come after all others, so that their originals are there. Holds one file in memory.
    """
    with open_folder(path) as folder:
        names = folder.names(".md")
        if not names:
            raise ImportRefused(f"{path.name} holds no .md file.")
        yield from _originals_first(folder, names)


def _originals_first(folder: Folder | ZipFolder, names: list[str]) -> Iterator[ArticleRecord | RowError]:
    seen: dict[str, str] = {}
    translations = []
    for name in names:
        item = _checked_once(_read_file(folder, name), seen)
        if isinstance(item, ArticleRecord) and item.translation_of:
            translations.append(name)
        else:
            yield item
    for name in translations:
        # Read again rather than held: a folder may hold more than the memory.
        yield _read_file(folder, name)


def _checked_once(item: ArticleRecord | RowError, seen: dict[str, str]) -> ArticleRecord | RowError:
    if isinstance(item, RowError):
        return item
    first = seen.setdefault(item.external_id, item.place)
    return item if first == item.place else item.error("id", f"is already used in {first}")


def _read_file(folder: Folder | ZipFolder, name: str) -> ArticleRecord | RowError:
    file = folder.read(name)
    if file.content is None:
        return RowError(name, "file", f"is larger than {MAX_FILE_BYTES // MEGABYTE} MB")
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return RowError(name, "file", f"is not UTF-8 (byte {error.start + 1}); save the file as UTF-8")
    try:
        front, body, first_line = _parse(text)
        return _record(front, body, place=name, first_line=first_line)
    except FieldProblem as problem:
        return RowError(name, problem.field, problem.reason, line=problem.line)
    except MarkdownProblem as problem:
        return RowError(name, "body", problem.reason, line=problem.line)


def _parse(text: str) -> tuple[FrontMatter, str, int]:
    """Return the front matter, the body and the line on which the body begins; raises FieldProblem."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != FENCE:
        raise FieldProblem("front matter", f"is missing: the first line must be {FENCE}")
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.strip() == FENCE), None)
    if end is None:
        raise FieldProblem("front matter", f"has no end: a second line {FENCE} is missing")
    head = "\n".join(lines[1:end])
    if len(head) > FRONT_MATTER_MAX_LENGTH:
        raise FieldProblem("front matter", f"has more than {FRONT_MATTER_MAX_LENGTH:,} characters")
    try:
        front = yaml.load(head, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FieldProblem("front matter", f"is not YAML: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(front, dict):
        raise FieldProblem("front matter", "must be lines of the form name: value")
    if unknown := sorted(str(key) for key in front if key not in KNOWN_KEYS):
        raise FieldProblem(unknown[0][:60], f"is no known name; known are: {', '.join(sorted(KNOWN_KEYS))}")
    return front, "\n".join(lines[end + 1 :]), end + 2


def _record(front: FrontMatter, body: str, *, place: str, first_line: int) -> ArticleRecord:
    category = records.clean_line(front.get("category"), "category", max_length=80, is_required=True)
    text = records.clean_text(body, "body", max_length=records.BODY_MAX_LENGTH)
    return ArticleRecord(
        place=place,
        external_id=records.clean_id(front.get("id"), "id"),
        language=records.clean_language(front.get("lang")),
        kind=records.clean_kind(front.get("kind")),
        category=records.slug_of(category, "category"),
        category_title=category,
        title=records.clean_title(front.get("title")),
        body=tuple(from_markdown(text, first_line=first_line)),
        short_answer=records.clean_short_answer(front.get("short_answer")),
        keywords=records.clean_lines(front.get("keywords"), "keywords"),
        products=records.clean_lines(front.get("products"), "products", max_length=40),
        phase=records.clean_phase(front.get("phase")),
        image=records.clean_line(front.get("image"), "image", max_length=200),
        image_alt=records.clean_line(front.get("image_alt"), "image_alt", max_length=255),
        last_checked_on=_checked_on(front),
        interval_months=records.clean_number(front.get("interval_months"), "interval_months", most=120),
        minutes=records.clean_number(front.get("minutes"), "minutes", most=1440),
        tools=records.clean_lines(front.get("tools"), "tools"),
        translation_of=records.clean_id(front.get("translation_of"), "translation_of", is_required=False),
        is_public=not _is_draft(front.get("draft")),
    )


def _checked_on(front: FrontMatter) -> date | None:
    """Return the day of the last check, given as a date or as a number of days before today."""
    value = front.get("last_checked_on")
    if value is not None:
        if type(value) is not date:
            raise FieldProblem("last_checked_on", "must be a date such as 2026-03-31")
        return value
    days = front.get("checked_days_ago")
    if days == 0 and not isinstance(days, bool):
        return timezone.localdate()
    number = records.clean_number(days, "checked_days_ago", most=36_500)
    return None if number is None else timezone.localdate() - timedelta(days=number)


def _is_draft(value: object) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise FieldProblem("draft", "must be true or false")
    return value
