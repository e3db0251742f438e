"""Opens files, folders and zips from outside without trusting them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from portal.lib.archives import MEGABYTE, ArchiveRefused, open_archive

MAX_FILE_BYTES = 5 * MEGABYTE


class ImportRefused(Exception):
    """The file as a whole cannot be imported; nothing was written. The message is for the operator."""


@dataclass(frozen=True)
class SourceFile:
    """One file of a folder or zip; `name` is its path inside. `content` is None when the file is too large."""

    name: str
    content: bytes | None


class Folder:
    """The files below a folder, by name; links that lead out of it are left alone."""

    def __init__(self, path: Path):
        self._root = path.resolve()

    def names(self, suffix: str) -> list[str]:
        files = (path for path in self._root.rglob(f"*{suffix}") if path.is_file() and self._is_inside(path))
        return sorted(path.relative_to(self._root).as_posix() for path in files)

    def has(self, name: str) -> bool:
        """Return whether there is a file of that path."""
        path = self._root / name
        return path.is_file() and self._is_inside(path)

    def read(self, name: str, *, max_bytes: int = MAX_FILE_BYTES) -> SourceFile:
        path = self._root / name
        return SourceFile(name, path.read_bytes() if path.stat().st_size <= max_bytes else None)

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._root)


class ZipFolder:
    """The files of a zip, read one by one and never unpacked to disk."""

    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive
        self._entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}

    def names(self, suffix: str) -> list[str]:
        return sorted(name for name in self._entries if name.endswith(suffix) and not name.startswith("__MACOSX/"))

    def has(self, name: str) -> bool:
        """Return whether there is a file of that path."""
        return name in self._entries

    def read(self, name: str, *, max_bytes: int = MAX_FILE_BYTES) -> SourceFile:
        try:
            with self._archive.open(self._entries[name]) as file:
                # The size in the list of contents may lie, so the reading itself is bounded.
                content = file.read(max_bytes + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
            raise ImportRefused(_("The zip is damaged at %(file)s. Pack it again.") % {"file": name}) from error
        return SourceFile(name, content if len(content) <= max_bytes else None)


@contextmanager
def open_folder(path: Path) -> Iterator[Folder | ZipFolder]:
    """Open a folder or a zip of files; raises ImportRefused."""
    if path.is_dir():
        yield Folder(path)
        return
    try:
        archive = open_archive(path, name=path.name)
    except ArchiveRefused as refusal:
        raise ImportRefused(str(refusal)) from refusal
    with archive:
        yield ZipFolder(archive)
