"""Zip files from outside, judged by their list of contents before anything is unpacked."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

MEGABYTE = 2**20
MAX_TOTAL_BYTES = 200 * MEGABYTE
MAX_FILES = 20_000
# Text packs to a tenth; the ratio of a bomb is in the hundreds and thousands. Small files may reach it by chance.
MAX_RATIO = 100
RATIO_COUNTS_FROM_BYTES = MEGABYTE
NESTED_SUFFIXES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz")
IS_LOCKED = 0x1


class ArchiveRefused(Exception):
    """The archive is not opened; the message is for whoever brought it, in their language."""


def open_archive(file: Path | IO[bytes], *, name: str, allows_nested: bool = False) -> zipfile.ZipFile:
    """Return the zip in `file` (a path or an open file) once its list of contents is harmless.

    Refused are: a file that is no zip, names that lead outside, links, locked files, archives inside, more than
    `MAX_FILES`, what unpacks beyond `MAX_TOTAL_BYTES` or packs like a bomb. The list of contents may lie about sizes:
    who reads a file out of it bounds the reading. Raises ArchiveRefused.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveRefused(
            _("“%(name)s” is no zip file that can be read. Pack it again.") % {"name": name}
        ) from error
    try:
        _check(archive.infolist(), allows_nested=allows_nested)
    except ArchiveRefused:
        archive.close()
        raise
    return archive


def _check(entries: list[zipfile.ZipInfo], *, allows_nested: bool) -> None:
    if len(entries) > MAX_FILES:
        raise ArchiveRefused(
            _("The zip holds %(count)s files; at most %(most)s are taken. Split it.")
            % {"count": len(entries), "most": MAX_FILES}
        )
    total = 0
    for entry in entries:
        _check_entry(entry, allows_nested=allows_nested)
        total += entry.file_size
    if total > MAX_TOTAL_BYTES:
        raise ArchiveRefused(
            _("The zip unpacks to %(size)s MB; at most %(most)s are taken. Split it.")
            % {"size": total // MEGABYTE, "most": MAX_TOTAL_BYTES // MEGABYTE}
        )


def _check_entry(entry: zipfile.ZipInfo, *, allows_nested: bool) -> None:
    name = {"file": entry.filename}
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]:
        raise ArchiveRefused(_("The zip names a file outside itself (%(file)s); it is not opened.") % name)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveRefused(_("The zip holds a link instead of a file (%(file)s). Pack the file itself.") % name)
    if entry.flag_bits & IS_LOCKED:
        raise ArchiveRefused(_("The zip is locked with a password (%(file)s). Pack it without one.") % name)
    if not allows_nested and entry.filename.lower().endswith(NESTED_SUFFIXES):
        raise ArchiveRefused(_("The zip holds another archive (%(file)s). Unpack that one first.") % name)
    ratio = entry.file_size / max(1, entry.compress_size)
    if entry.file_size > RATIO_COUNTS_FROM_BYTES and ratio > MAX_RATIO:
        raise ArchiveRefused(
            _("The zip looks like a bomb: %(file)s is %(ratio)s times its packed size.")
            % {**name, "ratio": round(ratio)}
        )
