"""One imported article, whatever the file looked like, and what can be wrong with it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from kb.markdown import Block
from kb.models import Audience, Phase
from kb.models.articles import SHORT_ANSWER_MAX_LENGTH
from kb.slugs import ascii_slug

KINDS = ("article", "faq", "maintenance", "policy")
ID_MAX_LENGTH = 120
TITLE_MAX_LENGTH = 255
# The longest page of a 1,800-page office manual has 24,000 characters; a page of 500,000 is a file in the wrong place.
BODY_MAX_LENGTH = 500_000


@dataclass(frozen=True)
class RowError:
    """Why one article did not land. `line` counts from 1 and is 0 for files that are no lists of lines."""

    place: str
    field: str
    reason: str
    external_id: str = ""
    line: int = 0

    def __str__(self) -> str:
        name = f" ({self.external_id})" if self.external_id else ""
        return f"{self.place}{name}: {self.field}: {self.reason}"


class FieldProblem(Exception):
    """A value that cannot be taken; becomes a RowError where the place is known."""

    def __init__(self, field: str, reason: str, line: int = 0):
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class ArticleRecord:
    """An article ready to be written; every text is NFC and free of control characters.

    `body` holds the blocks as the page stores them. `category` is a code; `category_title` names it if it has to be
    made. `image` and what `body` names of pictures and documents are paths within the archive, or names that the caller
    of the import knows; links to other articles are paths too. `translation_of`, `related` and `replaced_by` are
    external ids, `owner` and `checked_by` e-mail addresses. `notices` say what had to be left out.
    """

    place: str
    external_id: str
    language: str
    kind: str
    category: str
    category_title: str
    title: str
    body: tuple[Block, ...]
    line: int = 0
    short_answer: str = ""
    keywords: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    phase: str = ""
    image: str = ""
    image_alt: str = ""
    slug: str = ""
    question: str = ""
    audience: str = ""
    also_in: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    replaced_by: str = ""
    checked_for: str = ""
    check_again_on: date | None = None
    published_at: datetime | None = None
    expire_at: datetime | None = None
    seo_title: str = ""
    search_description: str = ""
    owner: str = ""
    checked_by: str = ""
    last_checked_on: date | None = None
    interval_months: int | None = None
    minutes: int | None = None
    tools: tuple[str, ...] = ()
    policy_kind: str = ""
    in_force_from: date | None = None
    change_summary: str = ""
    translation_of: str = ""
    is_public: bool = True
    notices: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Return a fingerprint of the content: the same article from another line of another file has the same one.

        Without the day of the last check, which files may give relative to today.
        """
        content = dataclasses.asdict(self)
        for field in ("place", "line", "last_checked_on", "notices"):
            del content[field]
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()

    def error(self, field: str, reason: str) -> RowError:
        return RowError(self.place, field, reason, self.external_id, self.line)


def clean_text(value: object, field: str, *, max_length: int, is_required: bool = False) -> str:
    """Return `value` as NFC text without control characters; raises FieldProblem."""
    if value is None or value == "":
        if is_required:
            raise FieldProblem(field, _("is missing"))
        return ""
    if not isinstance(value, str):
        raise FieldProblem(field, _("must be text, not %(kind)s") % {"kind": _type_name(value)})
    if "\x00" in value:
        raise FieldProblem(field, _("contains a NUL character"))
    if any(0xD800 <= ord(character) <= 0xDFFF for character in value):
        raise FieldProblem(field, _("contains half of a character (a lone surrogate)"))
    if len(value) > max_length:
        raise FieldProblem(
            field, _("has %(count)s characters; at most %(most)s are taken") % {"count": len(value), "most": max_length}
        )
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(character for character in text if character in "\n\t" or unicodedata.category(character) != "Cc")
    if is_required and not text.strip():
        raise FieldProblem(field, _("is missing"))
    return text


def clean_line(value: object, field: str, *, max_length: int, is_required: bool = False) -> str:
    """Return `value` as one line of text; raises FieldProblem."""
    return " ".join(clean_text(value, field, max_length=max_length, is_required=is_required).split())


def clean_title(value: object) -> str:
    """Return the title, of which the address is made; raises FieldProblem."""
    title = clean_line(value, "title", max_length=TITLE_MAX_LENGTH, is_required=True)
    slug_of(title, "title")
    return title


def slug_of(text: str, field: str) -> str:
    """Return the address part, or the code, that `text` makes; raises FieldProblem when it makes none."""
    slug = ascii_slug(text)
    if not slug:
        raise FieldProblem(field, _("“%(text)s” has no letter or digit to make an address from") % {"text": text})
    return slug


def clean_id(value: object, field: str, *, is_required: bool = True) -> str:
    """Return a key; whole numbers are taken too. Raises FieldProblem."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return clean_line(value, field, max_length=ID_MAX_LENGTH, is_required=is_required)


def clean_choice(value: object, field: str, choices: Collection[str], *, default: str = "") -> str:
    """Return `value` if it is one of `choices`, `default` if it is missing and there is one; raises FieldProblem."""
    chosen = clean_line(value, field, max_length=40) or default
    if not chosen:
        raise FieldProblem(field, _("is missing"))
    if chosen not in choices:
        raise FieldProblem(
            field, _("“%(value)s” is unknown; one of: %(known)s") % {"value": chosen, "known": ", ".join(choices)}
        )
    return chosen


def clean_language(value: object, field: str = "lang") -> str:
    """Return the code of a language that the site speaks: "vi", also for "vi-VN"; raises FieldProblem."""
    code = clean_line(value, field, max_length=40, is_required=True)
    codes = [code for code, _name in settings.LANGUAGES]
    short = code.replace("_", "-").partition("-")[0].lower()
    if short not in codes:
        raise FieldProblem(
            field, _("“%(value)s” is unknown; one of: %(known)s") % {"value": code, "known": ", ".join(codes)}
        )
    return short


def clean_kind(value: object) -> str:
    return clean_choice(value, "kind", KINDS, default="article")


def clean_phase(value: object) -> str:
    return clean_choice(value, "phase", Phase.values) if value else ""


def clean_audience(value: object) -> str:
    return clean_choice(value, "audience", Audience.values) if value else ""


def clean_lines(value: object, field: str, *, max_length: int = 200, max_count: int = 500) -> tuple[str, ...]:
    """Return a list of short texts; raises FieldProblem. Missing counts as empty."""
    if value is None or value == "":
        return ()
    if not isinstance(value, list):
        raise FieldProblem(field, _("must be a list, not %(kind)s") % {"kind": _type_name(value)})
    if len(value) > max_count:
        raise FieldProblem(
            field, _("has %(count)s entries; at most %(most)s are taken") % {"count": len(value), "most": max_count}
        )
    lines = (clean_line(entry, field, max_length=max_length) for entry in value)
    return tuple(line for line in lines if line)


def clean_number(value: object, field: str, *, most: int) -> int | None:
    """Return a whole number from 1 to `most`, None when missing; raises FieldProblem."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise FieldProblem(field, _("must be a whole number from 1 to %(most)s") % {"most": most})
    return value


def clean_date(value: object, field: str) -> date | None:
    """Return a day, None when missing; raises FieldProblem."""
    if value is not None and type(value) is not date:
        raise FieldProblem(field, _("must be a date such as 2026-03-31"))
    return value


def clean_moment(value: object, field: str) -> datetime | None:
    """Return a moment with its zone, None when missing; raises FieldProblem."""
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise FieldProblem(field, _("must be a time with its zone such as 2026-03-31 08:30:00+07:00"))
    return value


def clean_slug(value: object, field: str) -> str:
    """Return the last part of an address, nothing when missing; raises FieldProblem."""
    slug = clean_line(value, field, max_length=255)
    if slug and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", slug):
        raise FieldProblem(field, _("takes small letters without marks, digits and hyphens only"))
    return slug


def clean_short_answer(value: object) -> str:
    return clean_line(value, "short_answer", max_length=SHORT_ANSWER_MAX_LENGTH)


def _type_name(value: object) -> str:
    names = {bool: _("true/false"), int: _("a number"), float: _("a number"), list: _("a list"), dict: _("an object")}
    return names.get(type(value), type(value).__name__)
