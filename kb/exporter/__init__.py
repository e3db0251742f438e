"""The whole help centre as Markdown, in a folder or a zip that imports back to the same content. See docs/importing.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from kb.exporter import tables
from kb.exporter.archives import Archive, open_target
from kb.exporter.articles import article_file, dump
from kb.exporter.names import Names
from kb.managers import ArticleQuerySet
from kb.models import ArticlePage

__all__ = ["ExportOptions", "ExportResult", "export_help_centre"]

CHUNK_SIZE = 50


@dataclass(frozen=True)
class ExportOptions:
    """What goes out beyond what every reader may see.

    with_drafts  also what is not public: drafts, expired and closed articles, all marked so that they come in as drafts
    with_people  the e-mail addresses of owners and of who checked; personal data, so only when asked
    """

    with_drafts: bool = False
    with_people: bool = False


@dataclass(frozen=True)
class ExportResult:
    """How many articles and files (pictures, documents) the archive holds."""

    articles: int
    files: int


def export_help_centre(
    path: Path,
    options: ExportOptions | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> ExportResult:
    """Write the help centre to a zip (by the suffix of `path`) or a new folder.

    The same content gives the same bytes. Pictures and documents are those that articles, products and parts use.
    Cost    about 10 ms for each article; memory for 50 of them and for one line of each row.
    Errors  OSError when the place cannot be written, FileExistsError for a folder with something in it; a zip that
            could not be finished is not left behind.
    """
    options = options or ExportOptions()
    articles = _exported(options)
    names = Names(articles)
    public = set(ArticlePage.objects.public().values_list("pk", flat=True))
    total = len(names.article_ids)
    with open_target(path) as archive:
        for done, (name, text) in enumerate(_article_files(names, public, options), start=1):
            archive.add(name, text.encode())
            if on_progress and (done % CHUNK_SIZE == 0 or done == total):
                on_progress(done, total)
        for name, rows in _tables(names, articles):
            _add_table(archive, name, rows)
        _add_table(archive, "files.yaml", list(tables.files(names)))
        files = names.used_files()
        for name, item in files:
            with item.file.open("rb") as file:  # type: ignore[attr-defined]  # Wagtail models have it
                archive.add_file(name, file)
    return ExportResult(articles=total, files=len(files))


def _exported(options: ExportOptions) -> ArticleQuerySet:
    chosen = ArticlePage.objects.all() if options.with_drafts else ArticlePage.objects.public()
    return chosen.filter(alias_of__isnull=True)


def _article_files(names: Names, public: set[int], options: ExportOptions) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of each article, sorted by name."""
    order = iter(sorted(names.article_paths.items(), key=lambda item: item[1]))
    while chunk := list(islice(order, CHUNK_SIZE)):
        pages = ArticlePage.objects.filter(pk__in=[pk for pk, _path in chunk]).select_related("locale", "owner")
        by_pk = {page.pk: page for page in pages.specific()}
        for pk, path in chunk:
            page = by_pk[pk]
            is_public = pk in public
            shown = page if page.live else page.get_latest_revision_as_object()
            category = path.split("/")[-2]
            yield (
                path,
                article_file(shown, names, category=category, is_public=is_public, with_people=options.with_people),
            )


def _tables(names: Names, articles: ArticleQuerySet) -> Iterator[tuple[str, Any]]:
    yield "manifest.yaml", tables.manifest()
    yield "categories.yaml", list(tables.categories(names, articles))
    yield "products.yaml", list(tables.products(names))
    yield "parts.yaml", list(tables.spare_parts(names))
    yield "texts.yaml", list(tables.reusable_texts(names))


def _add_table(archive: Archive, name: str, rows: Any) -> None:
    if rows:
        archive.add(name, dump(rows).encode())
