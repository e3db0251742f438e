"""A folder or zip of Markdown files with front matter, one article each."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import yaml
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.importer import foundation, records
from kb.importer.files import InFolder
from kb.importer.plain_yaml import load_yaml
from kb.importer.records import ArticleRecord, FieldProblem, RowError
from kb.importer.sources import MAX_FILE_BYTES, MEGABYTE, Folder, ImportRefused, ZipFolder, open_folder
from kb.markdown import MarkdownProblem, from_markdown
from kb.models import PolicyKind

FENCE = "---"
# Keywords are the long part: 500 of them at most.
FRONT_MATTER_MAX_LENGTH = 150_000
KNOWN_KEYS = {
    "id", "translation_of", "lang", "kind", "category", "title", "slug", "question", "short_answer", "audience", "phase",
    "products", "keywords", "also_in", "related", "replaced_by", "image", "image_alt", "checked_days_ago", "last_checked_on",
    "checked_for", "check_again_on", "published_at", "expire_at", "interval_months", "minutes", "tools", "seo_title",
    "search_description", "policy_kind", "in_force_from", "change_summary", "owner", "checked_by", "draft",
}  # fmt: skip

FrontMatter = dict[str, object]


def read(path: Path) -> Iterator[ArticleRecord | RowError]:
    """Yield each `.md` file below `path` as an article or as what is wrong with it.

    In the order of `categories.yaml`, the site's first language first; without such a file translations come after
    all others, so that their originals are there. Holds one file in memory.
    """
    with open_folder(path) as folder:
        names = folder.names(".md")
        if not names:
            raise ImportRefused(_("%(name)s holds no .md file.") % {"name": path.name})
        yield from _originals_first(folder, names)


def _originals_first(folder: Folder | ZipFolder, names: list[str]) -> Iterator[ArticleRecord | RowError]:
    seen: dict[str, str] = {}
    order = foundation.article_order(folder)
    ranked: list[tuple[tuple[int, int, str], str]] = []
    for name in names:
        item = _checked_once(_read_file(folder, name), seen)
        if isinstance(item, RowError):
            yield item
        else:
            rank = order.get(item.external_id, len(order))
            ranked.append(
                ((item.language != settings.LANGUAGE_CODE if order else bool(item.translation_of), rank, name), name)
            )
    for _rank, name in sorted(ranked):
        # Read again rather than held: a folder may hold more than the memory.
        yield _read_file(folder, name)


def _checked_once(item: ArticleRecord | RowError, seen: dict[str, str]) -> ArticleRecord | RowError:
    if isinstance(item, RowError):
        return item
    first = seen.setdefault(item.external_id, item.place)
    return item if first == item.place else item.error("id", _("is already used in %(file)s") % {"file": first})


def _read_file(folder: Folder | ZipFolder, name: str) -> ArticleRecord | RowError:
    file = folder.read(name)
    if file.content is None:
        return RowError(name, "file", _("is larger than %(size)s MB") % {"size": MAX_FILE_BYTES // MEGABYTE})
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return RowError(
            name, "file", _("is not UTF-8 (byte %(byte)s); save the file as UTF-8") % {"byte": error.start + 1}
        )
    try:
        front, body, first_line = _parse(text)
        return _record(front, body, folder, place=name, first_line=first_line)
    except FieldProblem as problem:
        return RowError(name, problem.field, problem.reason, line=problem.line)
    except MarkdownProblem as problem:
        return RowError(name, "body", problem.reason, line=problem.line)


def _parse(text: str) -> tuple[FrontMatter, str, int]:
    """Return the front matter, the body and the line on which the body begins; raises FieldProblem."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != FENCE:
        raise FieldProblem("front matter", _("is missing: the first line must be ---"))
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.strip() == FENCE), None)
    if end is None:
        raise FieldProblem("front matter", _("has no end: a second line --- is missing"))
    head = "\n".join(lines[1:end])
    if len(head) > FRONT_MATTER_MAX_LENGTH:
        raise FieldProblem("front matter", _("has more than %(most)s characters") % {"most": FRONT_MATTER_MAX_LENGTH})
    try:
        front = load_yaml(head)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FieldProblem(
            "front matter", _("is not YAML: %(problem)s") % {"problem": " ".join(str(error).split())[:200]}
        ) from error
    if not isinstance(front, dict):
        raise FieldProblem("front matter", _("must be lines of the form name: value"))
    if unknown := sorted(str(key) for key in front if key not in KNOWN_KEYS):
        raise FieldProblem(
            unknown[0][:60], _("is no known name; known are: %(known)s") % {"known": ", ".join(sorted(KNOWN_KEYS))}
        )
    return front, "\n".join(lines[end + 1 :]), end + 2


def _record(front: FrontMatter, body: str, folder: Folder | ZipFolder, *, place: str, first_line: int) -> ArticleRecord:
    category = records.clean_line(front.get("category"), "category", max_length=80, is_required=True)
    text = records.clean_text(body, "body", max_length=records.BODY_MAX_LENGTH)
    inside = InFolder(folder, place)
    return ArticleRecord(
        place=place,
        external_id=records.clean_id(front.get("id"), "id"),
        language=records.clean_language(front.get("lang")),
        kind=records.clean_kind(front.get("kind")),
        category=records.slug_of(category, "category"),
        category_title=category,
        title=records.clean_title(front.get("title")),
        slug=records.clean_slug(front.get("slug"), "slug"),
        question=records.clean_line(front.get("question"), "question", max_length=255),
        body=tuple(from_markdown(text, inside, first_line=first_line)),
        short_answer=records.clean_short_answer(front.get("short_answer")),
        audience=records.clean_audience(front.get("audience")),
        keywords=records.clean_lines(front.get("keywords"), "keywords"),
        products=records.clean_lines(front.get("products"), "products", max_length=40),
        phase=records.clean_phase(front.get("phase")),
        also_in=records.clean_lines(front.get("also_in"), "also_in", max_length=80),
        related=records.clean_lines(front.get("related"), "related", max_length=records.ID_MAX_LENGTH),
        replaced_by=records.clean_id(front.get("replaced_by"), "replaced_by", is_required=False),
        image=_image(front.get("image"), folder, place),
        image_alt=records.clean_line(front.get("image_alt"), "image_alt", max_length=255),
        last_checked_on=_checked_on(front),
        checked_for=records.clean_line(front.get("checked_for"), "checked_for", max_length=120),
        check_again_on=records.clean_date(front.get("check_again_on"), "check_again_on"),
        published_at=records.clean_moment(front.get("published_at"), "published_at"),
        expire_at=records.clean_moment(front.get("expire_at"), "expire_at"),
        interval_months=records.clean_number(front.get("interval_months"), "interval_months", most=120),
        minutes=records.clean_number(front.get("minutes"), "minutes", most=1440),
        tools=records.clean_lines(front.get("tools"), "tools"),
        seo_title=records.clean_line(front.get("seo_title"), "seo_title", max_length=255),
        search_description=records.clean_line(front.get("search_description"), "search_description", max_length=2_000),
        policy_kind=_policy_kind(front),
        in_force_from=records.clean_date(front.get("in_force_from"), "in_force_from"),
        change_summary=records.clean_line(front.get("change_summary"), "change_summary", max_length=240),
        owner=records.clean_line(front.get("owner"), "owner", max_length=254),
        checked_by=records.clean_line(front.get("checked_by"), "checked_by", max_length=254),
        translation_of=records.clean_id(front.get("translation_of"), "translation_of", is_required=False),
        is_public=not _is_draft(front.get("draft")),
        notices=tuple(inside.notices),
    )


def _policy_kind(front: FrontMatter) -> str:
    if front.get("kind") != "policy":
        return ""
    return records.clean_choice(front.get("policy_kind"), "policy_kind", PolicyKind.values)


def _image(value: object, folder: Folder | ZipFolder, place: str) -> str:
    """Return the picture above the text: its path in the archive, or the name that the caller of the import gave it."""
    name = records.clean_line(value, "image", max_length=200)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(place), name)) if name else ""
    return path if path and not path.startswith("..") and folder.has(path) else name


def _checked_on(front: FrontMatter) -> date | None:
    """Return the day of the last check, given as a date or as a number of days before today."""
    value = records.clean_date(front.get("last_checked_on"), "last_checked_on")
    if value is not None:
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
        raise FieldProblem("draft", _("must be true or false"))
    return value
