"""A Zendesk Help Centre export: the JSON that its articles, sections and categories lists return.

One `.json` file with all the lists (as `?include=sections,categories,translations` returns it), or a folder or zip
with the pages of each list as files of their own.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from kb.importer import records
from kb.importer.records import ArticleRecord, FieldProblem, RowError
from kb.importer.sources import MEGABYTE, ImportRefused, open_folder
from kb.markdown import JsonValue, References, from_html

# A page of the API holds at most 100 articles, about 1 MB. A whole export in one file is held in memory.
MAX_JSON_BYTES = 64 * MEGABYTE
LISTS = ("articles", "sections", "categories", "translations")

JsonObject = dict[str, JsonValue]


@dataclass
class _Export:
    """The lists of all files together."""

    articles: list[JsonValue] = field(default_factory=list)
    sections: dict[object, JsonObject] = field(default_factory=dict)
    categories: dict[object, JsonObject] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    translations: list[JsonValue] = field(default_factory=list)

    def add(self, data: JsonObject) -> None:
        self.articles += _list(data, "articles")
        self.translations += _list(data, "translations")
        for name, known in (("sections", self.sections), ("categories", self.categories)):
            known.update(
                {row["id"]: row for row in _list(data, name) if isinstance(row, dict) and _is_key(row.get("id"))}
            )


class _Attachments(References):
    """Pictures of an export, by the last part of their address: Zendesk's own addresses are never asked."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self._paths = {posixpath.basename(name): name for name in names}

    def image(self, src: str) -> str | None:
        path = self._paths.get(posixpath.basename(src.partition("?")[0]))
        if path is None:
            self.notices.append(
                _("The picture “%(address)s” is not in this archive and was left out; none is fetched from elsewhere.")
                % {"address": src[:200]}
            )
        return path


def read(path: Path) -> Iterator[ArticleRecord | RowError]:
    """Yield each article and each of its translations; raises ImportRefused for a file that is no export.

    Drafts, and articles that Zendesk shows to some readers only (a user segment), come in unpublished: what was not
    public there does not become public here by itself.
    """
    export = _Export(files=_files_beside(path))
    for name, content in _json_files(path):
        export.add(_parse(name, content))
    if not export.articles:
        raise ImportRefused(_("%(name)s holds no list of articles; is it a Help Centre export?") % {"name": path.name})
    seen: set[str] = set()
    originals: dict[object, JsonObject] = {}
    for number, row in enumerate(export.articles, start=1):
        if isinstance(row, dict) and _is_key(row.get("id")):
            originals[row["id"]] = row
        yield _once(_article(row, export, place=_("article %(number)s") % {"number": number}), seen)
    for number, row in enumerate(export.translations, start=1):
        item = _translation(row, originals, export, place=_("translation %(number)s") % {"number": number})
        if item is not None:
            yield _once(item, seen)


def _files_beside(path: Path) -> tuple[str, ...]:
    if path.is_file() and path.suffix.lower() == ".json":
        return ()
    with open_folder(path) as folder:
        return tuple(folder.names(""))


def _json_files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_file() and path.suffix.lower() == ".json":
        if path.stat().st_size > MAX_JSON_BYTES:
            raise ImportRefused(
                _("%(name)s is larger than %(size)s MB; export it in pages.")
                % {"name": path.name, "size": MAX_JSON_BYTES // MEGABYTE}
            )
        yield path.name, path.read_bytes()
        return
    with open_folder(path) as folder:
        total = 0
        for name in folder.names(".json"):
            file = folder.read(name)
            if file.content is None:
                raise ImportRefused(_("%(name)s is larger than a page of an export can be.") % {"name": name})
            total += len(file.content)
            if total > MAX_JSON_BYTES:
                raise ImportRefused(
                    _("The export is larger than %(size)s MB; import it in parts.")
                    % {"size": MAX_JSON_BYTES // MEGABYTE}
                )
            yield name, file.content


def _parse(name: str, content: bytes) -> JsonObject:
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ImportRefused(
            _("%(name)s is not UTF-8 (byte %(byte)s).") % {"name": name, "byte": error.start + 1}
        ) from error
    except (ValueError, RecursionError) as error:
        raise ImportRefused(_("%(name)s is not JSON that can be read.") % {"name": name}) from error
    if not isinstance(data, dict) or not any(name in data for name in LISTS):
        raise ImportRefused(_("%(name)s has none of the lists %(lists)s.") % {"name": name, "lists": ", ".join(LISTS)})
    return data


def _article(row: JsonValue, export: _Export, *, place: str) -> ArticleRecord | RowError:
    if not isinstance(row, dict):
        return RowError(place, "article", _("must be a JSON object in braces"))
    try:
        language = records.clean_language(row.get("locale"), "locale")
        return _record(row, row, export, place=place, external_id=_external_id(row), language=language)
    except FieldProblem as problem:
        return RowError(place, problem.field, problem.reason, str(row.get("id", ""))[: records.ID_MAX_LENGTH])


def _translation(
    row: JsonValue, originals: dict[object, JsonObject], export: _Export, *, place: str
) -> ArticleRecord | RowError | None:
    """Return a translation of an article; None for what is no translation of one, or repeats the original."""
    if not isinstance(row, dict):
        return RowError(place, "translation", _("must be a JSON object in braces"))
    if row.get("source_type", "Article") != "Article":
        return None
    key = row.get("source_id")
    original = originals.get(key) if _is_key(key) else None
    if original is None:
        return RowError(place, "source_id", _("names no article of this export"), str(key)[: records.ID_MAX_LENGTH])
    if row.get("locale") == original.get("locale"):
        return None
    try:
        language = records.clean_language(row.get("locale"), "locale")
        original_id = _external_id(original)
        external_id = f"{original_id}-{language}"
        return _record(
            row, original, export, place=place, external_id=external_id, language=language, translation_of=original_id
        )
    except FieldProblem as problem:
        return RowError(place, problem.field, problem.reason, str(key))


def _record(
    texts: JsonObject,
    article: JsonObject,
    export: _Export,
    *,
    place: str,
    external_id: str,
    language: str,
    translation_of: str = "",
) -> ArticleRecord:
    category = _category_title(article, export)
    body = records.clean_text(texts.get("body"), "body", max_length=records.BODY_MAX_LENGTH)
    attachments = _Attachments(export.files)
    return ArticleRecord(
        place=place,
        external_id=external_id,
        language=language,
        kind="article",
        category=records.slug_of(category, "section.name"),
        category_title=category,
        title=records.clean_title(texts.get("title")),
        body=tuple(from_html(body, attachments)),
        keywords=records.clean_lines(article.get("label_names"), "label_names"),
        translation_of=translation_of,
        notices=tuple(attachments.notices),
        is_public=not (texts.get("draft") or article.get("draft") or article.get("user_segment_id")),
    )


def _category_title(article: JsonObject, export: _Export) -> str:
    """Return the section's name; the category's where a section of that name would say nothing by itself."""
    section = export.sections.get(article["section_id"]) if _is_key(article.get("section_id")) else None
    if section is None:
        return "Zendesk"
    name = records.clean_line(section.get("name"), "section.name", max_length=120, is_required=True)
    category = export.categories.get(section["category_id"]) if _is_key(section.get("category_id")) else None
    same_name = sum(1 for other in export.sections.values() if other.get("name") == section.get("name"))
    if category is None or same_name < 2:
        return name
    return f"{records.clean_line(category.get('name'), 'category.name', max_length=120)}: {name}"


def _external_id(row: JsonObject) -> str:
    return "zendesk-" + records.clean_id(row.get("id"), "id")[:100]


def _once(item: ArticleRecord | RowError, seen: set[str]) -> ArticleRecord | RowError:
    if isinstance(item, RowError):
        return item
    if item.external_id in seen:
        return item.error("id", _("is already used by an article above"))
    seen.add(item.external_id)
    return item


def _list(data: JsonObject, name: str) -> list[JsonValue]:
    rows = data.get(name) or []
    if not isinstance(rows, list):
        raise ImportRefused(_("“%(name)s” must be a list.") % {"name": name})
    return rows


def _is_key(value: JsonValue) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)
