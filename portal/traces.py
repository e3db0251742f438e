"""What a deleted row leaves outside the tables: letters kept as files, and the database's write-ahead log."""

from __future__ import annotations

import email
import email.policy
import logging
import re
import time
from collections.abc import Collection, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)

# A copy for whoever runs the site without a mail server; the outbox remembers as long.
MAIL_FILES_KEPT = timedelta(days=30)
SHORTEST_NAME = 5
# What Django writes between two letters of one file.
_BETWEEN_LETTERS = b"-" * 79


def erase_mail_files(names: Collection[str]) -> int:
    """Delete the files of letters to or about somebody whom one of `names` names; returns how many.

    `names` are addresses and numbers of orders and questions; a letter of two people goes too, and a number too short
    to name one thing names none. Cost: reads every file.
    """
    wanted = "|".join(re.escape(name) for name in names if len(name) >= SHORTEST_NAME)
    if not wanted:
        return 0
    named = re.compile(rf"(?<!\w)(?:{wanted})(?!\w)", re.IGNORECASE)
    erased = 0
    for path in mail_files():
        if any(named.search(text) for text in _texts_of(path)):
            path.unlink(missing_ok=True)
            erased += 1
    return erased


def old_mail_files() -> list[Path]:
    """Return the files of letters older than MAIL_FILES_KEPT."""
    before = time.time() - MAIL_FILES_KEPT.total_seconds()
    return [path for path in mail_files() if path.stat().st_mtime < before]


def purge_mail_files() -> int:
    """Delete those; returns how many."""
    old = old_mail_files()
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def mail_files() -> list[Path]:
    """Return the files in which letters are kept when there is no mail server."""
    folder = Path(settings.EMAIL_FILE_PATH)
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def empty_write_ahead_logs() -> bool:
    """Write the logs of SQLite into their databases and cut them to nothing, for they hold rows as they once were.

    Waits for readers as long as any write does; False if one of them held on, or inside a transaction, which SQLite
    refuses. Nothing on other databases.
    """
    is_empty = True
    for connection in (one for one in connections.all() if one.vendor == "sqlite"):
        if connection.in_atomic_block:
            is_empty = False
            continue
        with connection.cursor() as cursor:
            (is_busy, *_pages) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        is_empty = is_empty and not is_busy
    if not is_empty:
        logger.warning("A reader kept the write-ahead log from being emptied; the nightly job does it.")
    return is_empty


def _texts_of(path: Path) -> Iterator[str]:
    """Yield head and words of each letter in the file, decoded."""
    for source in path.read_bytes().split(_BETWEEN_LETTERS):
        letter = email.message_from_bytes(source.strip(), _class=EmailMessage, policy=email.policy.default)
        yield "\n".join(str(value) for value in letter.values())
        for part in letter.walk():
            if part.get_content_maintype() == "text":
                yield str(part.get_content())
