"""Where an export goes: a zip whose bytes depend on its content alone, or a folder."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

# The first moment that a zip can name: a copy of the same content is the same file.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o100644 << 16
UNIX = 3
# Already packed by their own format.
PACKED_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".zip", ".docx", ".xlsx", ".odt", ".mp4", ".webm")


class Archive(Protocol):
    """Takes files one after another."""

    def add(self, name: str, content: bytes) -> None: ...

    def add_file(self, name: str, file: IO[bytes]) -> None: ...


class ZipArchive:
    """A zip in the making."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, content: bytes) -> None:
        self._archive.writestr(_entry(name), content)

    def add_file(self, name: str, file: IO[bytes]) -> None:
        with self._archive.open(_entry(name), "w") as target:
            shutil.copyfileobj(file, target)


class FolderArchive:
    """A folder that did not exist, or was empty."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def add(self, name: str, content: bytes) -> None:
        self._place(name).write_bytes(content)

    def add_file(self, name: str, file: IO[bytes]) -> None:
        with self._place(name).open("wb") as target:
            shutil.copyfileobj(file, target)

    def _place(self, name: str) -> Path:
        place = self._root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


@contextmanager
def open_target(path: Path) -> Iterator[Archive]:
    """Open a zip (by its suffix) or a folder for writing. A zip appears under its name only once it is whole."""
    if path.suffix.lower() != ".zip":
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise FileExistsError(f"{path} is not empty")
        yield FolderArchive(path)
        return
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with zipfile.ZipFile(unfinished, "w") as archive:
            yield ZipArchive(archive)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIXED_TIME)
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED_SUFFIXES) else zipfile.ZIP_DEFLATED
    entry.external_attr = PLAIN_FILE
    entry.create_system = UNIX
    return entry
