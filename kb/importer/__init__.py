"""Articles from files: read, check everything, then write; the door for the command and the demo. See docs/importing.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kb.importer import json_lines, markdown, zendesk
from kb.importer.records import ArticleRecord, RowError
from kb.importer.sources import ImportRefused, open_folder
from kb.importer.writer import Writer

__all__ = ["ImportRefused", "ImportResult", "RowError", "import_articles"]

# One transaction: on the embedded database other writers wait for about half a second at most.
CHUNK_SIZE = 25
FORMATS = ".jsonl, a Zendesk export (.json, or a folder or zip of them), or a folder or zip of Markdown files (.md)"

Reader = Callable[[Path], Iterator[ArticleRecord | RowError]]


@dataclass
class ImportResult:
    """How many articles were created, updated, unchanged and rejected, and why the last ones were."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[RowError] = field(default_factory=list)


def import_articles(
    path: Path,
    *,
    images: Mapping[str, int] | None = None,
    is_dry_run: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
    on_error: Callable[[RowError], None] | None = None,
) -> ImportResult:
    """Bring the articles of a file, folder or zip onto the site; the format goes by the name.

    Everything is read and checked once before the first article is written. Wrong articles are reported, each with
    its place, field and reason; all others land, `CHUNK_SIZE` in a transaction. An article is recognised by its
    external id: a second run changes nothing, and a run that was cut off goes on where it stopped.

    images       names that a file may use for pictures, with their numbers
    on_progress  called with (done, total) after each chunk
    on_error     called for each error as it is found
    Cost    memory for one chunk (Zendesk: for the export); about 20 ms for each new article.
    Errors  ImportRefused when the file as a whole cannot be read; then nothing was written.
    """
    read = _reader_for(path)
    result = ImportResult()

    def reject(error: RowError) -> None:
        result.rejected += 1
        result.errors.append(error)
        if on_error:
            on_error(error)

    total = 0
    for item in read(path):
        total += 1
        if isinstance(item, RowError):
            reject(item)
    done = result.rejected
    writer = Writer(images=images or {})
    for chunk in _chunks(item for item in read(path) if isinstance(item, ArticleRecord)):
        for written in writer.preview(chunk) if is_dry_run else writer.write(chunk):
            if written.error:
                reject(written.error)
            else:
                setattr(result, written.outcome, getattr(result, written.outcome) + 1)
        done += len(chunk)
        if on_progress:
            on_progress(done, total)
    return result


def _reader_for(path: Path) -> Reader:
    if not path.exists():
        raise ImportRefused(f"There is no file {path}.")
    suffix = path.suffix.lower()
    if path.is_file() and suffix == ".jsonl":
        return json_lines.read
    if path.is_file() and suffix == ".json":
        return zendesk.read
    if path.is_dir() or suffix == ".zip":
        with open_folder(path) as folder:
            return zendesk.read if folder.names(".json") and not folder.names(".md") else markdown.read
    raise ImportRefused(f"{path.name}: this kind of file is not known. Known are: {FORMATS}.")


def _chunks(items: Iterable[ArticleRecord]) -> Iterator[list[ArticleRecord]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK_SIZE)):
        yield chunk
