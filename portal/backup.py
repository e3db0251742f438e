"""Backup and restore of everything below DATA_DIR that cannot be made again, while the site runs.

A backup is a folder: the database as SQLite's online backup made it (a consistent snapshot, writers go on), media,
kept letters, the secret key, and a manifest with a checksum for each file. It appears under its final name only
when it is complete and on the disk. The search index, collected static files and the cache are left out: they are
rebuilt. See docs/operations.md.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connections

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "portal.sqlite3"
FOLDERS = ("media", "mail")
FILES = ("secret_key",)


class BackupError(Exception):
    """The backup or restore was not done; the message says why, and nothing was changed."""


def make_backup(target: Path) -> Path:
    """Write a new backup below `target` and return its folder. Cost: one copy of the data."""
    source = database_path()
    if not source.is_file():
        raise BackupError(f"There is no database at {source}; is DATA_DIR right?")
    target.mkdir(parents=True, exist_ok=True)
    name = datetime.now(UTC).strftime("portal-%Y%m%d-%H%M%S-%f")
    draft = target / f".{name}.incomplete"
    draft.mkdir(mode=0o700)
    try:
        _copy_database(source, draft / DATABASE)
        for folder in FOLDERS:
            if (settings.DATA_DIR / folder).is_dir():
                shutil.copytree(settings.DATA_DIR / folder, draft / folder)
        for file in FILES:
            if (settings.DATA_DIR / file).is_file():
                shutil.copy2(settings.DATA_DIR / file, draft / file)
        _write_manifest(draft)
        _sync(draft)
        draft.rename(target / name)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise BackupError(f"The backup could not be written to {target}: {error}") from error
    return target / name


def restore_backup(folder: Path, *, overwrite: bool = False) -> None:
    """Put the backup in `folder` in place of this installation's data.

    Checks every file before it touches anything. Refuses while the portal runs, and, without `overwrite`, when
    there are data already. What was there before is kept beside it as `DATA_DIR/before-restore-…`.
    """
    target = database_path()
    _verify(folder)
    if target.exists() and not overwrite:
        raise BackupError(
            f"{settings.DATA_DIR} already holds a database. Name --overwrite to replace it (it is kept beside)."
        )
    with _portal_stopped():
        connections.close_all()
        _set_aside()
        shutil.copy2(folder / DATABASE, target)
        for name in (*FOLDERS, *FILES):
            source = folder / name
            if source.is_dir():
                shutil.copytree(source, settings.DATA_DIR / name)
            elif source.is_file():
                shutil.copy2(source, settings.DATA_DIR / name)
        _sync(settings.DATA_DIR)


def newest_backup(folder: Path) -> Path:
    """Return `folder` if it is a backup, else the newest backup in it."""
    if (folder / MANIFEST).is_file():
        return folder
    found = sorted(path.parent for path in folder.glob(f"portal-*/{MANIFEST}"))
    if not found:
        raise BackupError(f"There is no backup in {folder}.")
    return found[-1]


def database_path() -> Path:
    """Return the file of the embedded database; raises BackupError for a database server."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.sqlite3":
        raise BackupError(
            "This installation keeps its data in a database server: use its own tools (pg_dump) and copy DATA_DIR."
        )
    return Path(database["NAME"])


def _copy_database(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy, pages=2_000)
        # A backup is one file: no write-ahead log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        problems = [row[0] for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
    if problems:
        raise BackupError(f"The database is damaged: {problems[0]}")


def _files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / MANIFEST)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_manifest(folder: Path) -> None:
    files = {str(path.relative_to(folder)): _checksum(path) for path in _files_of(folder)}
    (folder / MANIFEST).write_text(json.dumps({"format": FORMAT, "files": files}, indent=1, sort_keys=True))


def _verify(folder: Path) -> None:
    """Refuse a folder that is not exactly what its manifest says."""
    checksums = _read_manifest(folder)
    for name, checksum in checksums.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise BackupError(f"The manifest names a file outside the backup: {name}")
        if not path.is_file() or _checksum(path) != checksum:
            raise BackupError(f"The backup is damaged: {name} is missing or was changed.")
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise BackupError(f"The backup holds a link, which could lead outside of it: {path.relative_to(folder)}")
    unnamed = {str(path.relative_to(folder)) for path in _files_of(folder)} - set(checksums)
    if unnamed:
        raise BackupError(f"The backup holds a file that its manifest does not name: {min(unnamed)}")
    if DATABASE not in checksums:
        raise BackupError("The backup holds no database.")


def _read_manifest(folder: Path) -> dict[str, str]:
    """Return the checksum of each file by its name."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} is not a backup: {error}") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"The backup has format {manifest.get('format')}; this version reads {FORMAT}.")
    files: dict[str, str] = manifest["files"]
    return files


@contextmanager
def _portal_stopped() -> Iterator[None]:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("The portal is running on this data. Stop it first (Ctrl-C), then restore.") from None
        yield


def _set_aside() -> None:
    """Move what a restore replaces, and what belongs to it, out of the way."""
    names = [*FOLDERS, *FILES, "search", "cache.sqlite3", "cache.sqlite3-wal", "cache.sqlite3-shm"]
    names += [DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"]
    present = [settings.DATA_DIR / name for name in names if (settings.DATA_DIR / name).exists()]
    if not present:
        return
    aside = settings.DATA_DIR / datetime.now(UTC).strftime("before-restore-%Y%m%d-%H%M%S")
    aside.mkdir()
    for path in present:
        path.rename(aside / path.name)


def _sync(folder: Path) -> None:
    """Wait until the folder's files are on the disk, so that a power cut cannot leave half a backup."""
    for path in [*_files_of(folder), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
