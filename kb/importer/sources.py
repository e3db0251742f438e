"""Opens files, folders and zips from outside without trusting them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MEGABYTE = 2**20
MAX_FILE_BYTES = 5 * MEGABYTE
MAX_TOTAL_BYTES = 200 * MEGABYTE
MAX_FILES = 20_000
# Text packs to a tenth; the ratio of a bomb is in the hundreds and thousands. Small files may reach it by chance.
MAX_RATIO = 100
RATIO_COUNTS_FROM_BYTES = MEGABYTE


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

    def read(self, name: str) -> SourceFile:
        path = self._root / name
        return SourceFile(name, path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else None)

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._root)


class ZipFolder:
    """The files of a zip, read one by one and never unpacked to disk."""

    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive
        self._entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
        _check_entries(list(self._entries.values()))

    def names(self, suffix: str) -> list[str]:
        return sorted(name for name in self._entries if name.endswith(suffix) and not name.startswith("__MACOSX/"))

    def read(self, name: str) -> SourceFile:
        try:
            with self._archive.open(self._entries[name]) as file:
                # The size in the list of contents may lie, so the reading itself is bounded.
                content = file.read(MAX_FILE_BYTES + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
            raise ImportRefused(f"The zip is damaged at {name}: {error}. Pack it again.") from error
        return SourceFile(name, content if len(content) <= MAX_FILE_BYTES else None)


@contextmanager
def open_folder(path: Path) -> Iterator[Folder | ZipFolder]:
    """Open a folder or a zip of files; raises ImportRefused."""
    if path.is_dir():
        yield Folder(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise ImportRefused(f"{path.name} is no readable zip file: {error}") from error
    with archive:
        yield ZipFolder(archive)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES:
        raise ImportRefused(f"The zip holds {len(entries):,} files; at most {MAX_FILES:,} are taken. Split it.")
    total = 0
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise ImportRefused(f"The zip names a file outside itself ({entry.filename}); it is not opened.")
        if entry.flag_bits & 0x1:
            raise ImportRefused(f"The zip is locked with a password ({entry.filename}). Pack it without one.")
        ratio = entry.file_size / max(1, entry.compress_size)
        if entry.file_size > RATIO_COUNTS_FROM_BYTES and ratio > MAX_RATIO:
            raise ImportRefused(f"The zip looks like a bomb: {entry.filename} is {ratio:,.0f} times its packed size.")
        total += entry.file_size
    if total > MAX_TOTAL_BYTES:
        raise ImportRefused(
            f"The zip unpacks to {total // MEGABYTE:,} MB; at most {MAX_TOTAL_BYTES // MEGABYTE} are taken. Split it."
        )
