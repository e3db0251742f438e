"""The kinds of letter: each app says at start-up what its letters are called and who writes their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from portal.lib.letters.models import Letter


class DuplicateKind(Exception):
    """Two apps claim one kind of letter; rename one of them."""


class LetterIsPointless(Exception):
    """What the letter is about is gone or has changed so that nobody should get it any more."""


@dataclass(frozen=True)
class Content:
    """What a letter says: plain text with an HTML twin. `reply_to` empty: answers go to the sender."""

    subject: str
    text: str
    html: str
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)


# Keeps absence notes and other robots from answering a robot (RFC 3834).
ROBOT_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Kind:
    """One kind of letter.

    code      "app.what", kept in the database: never changed
    label     what the staff reads
    compose   returns the words; called when the letter is sent, with the recipient's language active; raises
              LetterIsPointless instead of writing about something that is gone
    kept_for  how long a finished letter stays as a record; None: as long as what it is about
    """

    code: str
    label: str | Promise
    compose: Callable[[Letter], Content]
    kept_for: timedelta | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make `kind` known; refuses a code that is taken."""
    if kind.code in _kinds:
        raise DuplicateKind(kind.code)
    _kinds[kind.code] = kind


def find(code: str) -> Kind | None:
    """Return the kind of that code; None when no app of this release has it."""
    return _kinds.get(code)


def all_kinds() -> list[Kind]:
    """Return every kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]
