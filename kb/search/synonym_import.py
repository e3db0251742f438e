"""Synonym lines from a file: `typed, typed = the page's words`, one a line, # begins a comment."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from kb.models import Synonym
from kb.search.analyzers import normalize


@dataclass(frozen=True)
class LineError:
    """A line that was left out, counted from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class SynonymImport:
    """How many synonyms are new, how many were there already, and which lines were left out."""

    created: int
    unchanged: int
    errors: tuple[LineError, ...]


@transaction.atomic
def import_synonyms(lines: Iterable[str], *, language: str) -> SynonymImport:
    """Store the good lines and name the bad ones; the same file twice changes nothing."""
    created = unchanged = 0
    errors: list[LineError] = []
    for number, raw in enumerate(lines, start=1):
        line = normalize(raw).split("#", 1)[0].strip()
        if not line:
            continue
        try:
            for typed, page_words in _pairs(line):
                synonym = Synonym(language=language, typed=typed, page_words=page_words)
                synonym.full_clean(validate_unique=False, validate_constraints=False)
                _, is_new = Synonym.objects.get_or_create(language=language, typed=typed, page_words=page_words)
                created += is_new
                unchanged += not is_new
        except ValidationError as error:
            errors.append(LineError(number, " ".join(error.messages)))
    return SynonymImport(created, unchanged, tuple(errors))


def _pairs(line: str) -> list[tuple[str, str]]:
    typed, equals, page_words = (part.strip() for part in line.partition("="))
    if not equals or not typed or not page_words:
        raise ValidationError("expected: typed, typed = the page's words")
    return [(" ".join(one.split()), " ".join(page_words.split())) for one in typed.split(",") if one.strip()]
