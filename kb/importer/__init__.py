"""Articles from files: read, check everything, then write; the door for command, admin and demo. See docs/importing.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from kb.importer import json_lines, markdown, zendesk
from kb.importer.files import FileStore
from kb.importer.foundation import Foundation, files_described
from kb.importer.records import ArticleRecord, RowError
from kb.importer.resolving import Resolver
from kb.importer.sources import ImportRefused, open_folder
from kb.importer.writer import WriteOptions, Writer, Written

__all__ = ["ImportRefused", "ImportResult", "RowError", "WriteOptions", "Written", "import_articles"]

# One transaction: on the embedded database other writers wait for about half a second at most.
CHUNK_SIZE = 25

Reader = Callable[[Path], Iterator[ArticleRecord | RowError]]


@dataclass
class ImportResult:
    """How many articles were created, updated, unchanged and rejected, why the last ones were, what was left out.

    `made` counts what the archive brought besides articles, by the file that it came from.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[RowError] = field(default_factory=list)
    notices: list[RowError] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)


def import_articles(
    path: Path,
    *,
    images: Mapping[str, int] | None = None,
    is_dry_run: bool = False,
    options: WriteOptions | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_error: Callable[[RowError], None] | None = None,
    on_article: Callable[[Written], None] | None = None,
) -> ImportResult:
    """Bring the articles of a file, folder or zip onto the site; the format goes by the name.

    Everything is read and checked once before the first article is written. Wrong articles are reported, each with
    its place, field and reason; all others land, `CHUNK_SIZE` in a transaction. An article is recognised by its
    external id: a second run changes nothing, and a run that was cut off goes on where it stopped.

    images       names that a file may use for pictures, with their numbers
    on_progress  called with (done, total) after each chunk
    on_error     called for each error as it is found
    on_article   called for each article that was (or would be) created, updated or left as it is
    Cost    memory for one chunk (Zendesk: for the export); about 20 ms for each new article.
    Errors  ImportRefused when the file as a whole cannot be read; then nothing was written.
    """
    read = _reader_for(path)
    run = _Run(partial(read, path), is_dry_run, on_progress, on_error, on_article)
    ids_by_place = run.check()
    options = options or WriteOptions()
    with ExitStack() as stack:
        is_archive = path.is_dir() or path.suffix.lower() == ".zip"
        folder = stack.enter_context(open_folder(path)) if is_archive else None
        files = FileStore(folder, files_described(folder) if folder else None)
        # Categories and products are public at once: whoever brings drafts alone brings none of them.
        has_foundation = read is markdown.read and not options.as_drafts
        foundation = Foundation(folder, files) if folder and has_foundation else None
        coming: frozenset[tuple[str, str, str]] = run.lay(foundation) if foundation else frozenset()
        # It reads what articles can name, so it comes after what they stand on.
        resolver = Resolver(files, images or {}, ids_by_place)
        run.write(Writer(resolver, options), coming)
        if foundation and not is_dry_run:
            foundation.finish(resolver)
    return run.result


@dataclass
class _Run:
    """One import under way: its items, read as often as asked for, what has come of it, and whom it tells."""

    read: Callable[[], Iterator[ArticleRecord | RowError]]
    is_dry_run: bool
    on_progress: Callable[[int, int], None] | None
    on_error: Callable[[RowError], None] | None
    on_article: Callable[[Written], None] | None
    result: ImportResult = field(default_factory=ImportResult)
    total: int = 0

    def check(self) -> dict[str, str]:
        """Read everything once, refuse what is wrong, and return the external id of each article by its place."""
        ids_by_place: dict[str, str] = {}
        for item in self.read():
            self.total += 1
            if isinstance(item, RowError):
                self._reject(item)
                continue
            ids_by_place[item.place] = item.external_id
            self.result.notices += [item.error("body", notice) for notice in item.notices]
        return ids_by_place

    def lay(self, foundation: Foundation) -> frozenset[tuple[str, str, str]]:
        """Make what articles stand on, or look what would be made; return `Foundation.coming`."""
        made = foundation.preview() if self.is_dry_run else foundation.write()
        self.result.made = made.counts
        for error in made.errors:
            self._reject(error)
        return foundation.coming()

    def write(self, writer: Writer, coming: frozenset[tuple[str, str, str]]) -> None:
        """Write all articles, or look at them; then those again that name articles which came after them."""
        waiting: set[str] = set()
        done = self.result.rejected
        for chunk in _chunks(self._records()):
            for written in writer.preview(chunk, coming=coming) if self.is_dry_run else writer.write(chunk):
                self._count(written)
                if not written.is_complete:
                    waiting.add(written.record.external_id)
            done += len(chunk)
            if self.on_progress:
                self.on_progress(done, self.total)
        if waiting:
            for chunk in _chunks(record for record in self._records() if record.external_id in waiting):
                writer.complete(chunk)

    def _records(self) -> Iterator[ArticleRecord]:
        return (item for item in self.read() if isinstance(item, ArticleRecord))

    def _count(self, written: Written) -> None:
        if written.error:
            self._reject(written.error)
        else:
            setattr(self.result, written.outcome, getattr(self.result, written.outcome) + 1)
        if self.on_article:
            self.on_article(written)

    def _reject(self, error: RowError) -> None:
        self.result.rejected += 1
        self.result.errors.append(error)
        if self.on_error:
            self.on_error(error)


def _reader_for(path: Path) -> Reader:
    if not path.exists():
        raise ImportRefused(_("There is no file %(name)s.") % {"name": path})
    suffix = path.suffix.lower()
    if path.is_file() and suffix == ".jsonl":
        return json_lines.read
    if path.is_file() and suffix == ".json":
        return zendesk.read
    if path.is_dir() or suffix == ".zip":
        with open_folder(path) as folder:
            return zendesk.read if folder.names(".json") and not folder.names(".md") else markdown.read
    raise ImportRefused(
        _(
            "%(name)s: this kind of file is not known. Known are .jsonl, a Zendesk export (.json, or a zip of them), "
            "and a zip of Markdown files (.md)."
        )
        % {"name": path.name}
    )


def _chunks(items: Iterable[ArticleRecord]) -> Iterator[list[ArticleRecord]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK_SIZE)):
        yield chunk
