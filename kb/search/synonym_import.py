"""Synonym lines in files: `typed, typed = the page's words`, one a line, what stands behind # is a note."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kb.models import Synonym
from kb.search.analyzers import normalize

# A list that people keep has hundreds of lines; what is longer is another kind of file.
MAX_LINES = 5_000
# Nobody knows more ways to say one thing; a line of 60,000 would hold the database for minutes.
MAX_PHRASES = 20
_NOTE_MAX_LENGTH = 200


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    KNOWN = "known"
    SWITCHED_OFF = "switched off"


@dataclass(frozen=True)
class LineError:
    """A line that was left out, counted from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class PlannedSynonym:
    """One synonym of a file, the number of its line from 1, and what an import would make of it."""

    line: int
    synonym: Synonym
    outcome: Outcome


@dataclass(frozen=True)
class ImportPlan:
    """What a file would change; nothing is written yet."""

    synonyms: tuple[PlannedSynonym, ...]
    errors: tuple[LineError, ...]

    def with_outcome(self, outcome: Outcome) -> list[PlannedSynonym]:
        """Return the synonyms of one outcome, in the order of the file."""
        return [one for one in self.synonyms if one.outcome == outcome]


@dataclass(frozen=True)
class SynonymImport:
    """How many synonyms are new, how many were there already, and which lines were left out."""

    created: int
    unchanged: int
    errors: tuple[LineError, ...]


def plan_import(lines: Iterable[str], *, language: str) -> ImportPlan:
    """Return what `import_synonyms` would do with the lines. Cost: one query."""
    known = {(one.typed_key, one.page_key): one.is_active for one in Synonym.objects.filter(language=language)}
    planned: list[PlannedSynonym] = []
    errors: list[LineError] = []
    for number, raw in enumerate(lines, start=1):
        if number > MAX_LINES:
            sentence = _("Only the first %(count)d lines are read. Make several files of it.")
            errors.append(LineError(number, sentence % {"count": MAX_LINES}))
            break
        try:
            for synonym in _synonyms_of(raw, language):
                key = synonym.typed_key, synonym.page_key
                outcome = Outcome.NEW if key not in known else Outcome.KNOWN if known[key] else Outcome.SWITCHED_OFF
                known.setdefault(key, True)
                planned.append(PlannedSynonym(number, synonym, outcome))
        except ValidationError as error:
            errors.append(LineError(number, " ".join(error.messages)))
    return ImportPlan(tuple(planned), tuple(errors))


@transaction.atomic
def import_synonyms(lines: Iterable[str], *, language: str, user_id: int | None = None) -> SynonymImport:
    """Store the good lines and name the bad ones; the same file twice changes nothing.

    A line that an editor switched off stays off. `user_id` is noted as who added the new ones.
    """
    plan = plan_import(lines, language=language)
    new = plan.with_outcome(Outcome.NEW)
    for planned in new:
        planned.synonym.created_by_id = user_id
        planned.synonym.save()
    return SynonymImport(len(new), len(plan.synonyms) - len(new), plan.errors)


def export_synonyms(synonyms: Collection[Synonym]) -> Iterator[str]:
    """Yield the lines of a file that `import_synonyms` reads back: one for all that leads to the same words.

    What is switched off stands behind #, so that it does not come back by itself.
    """

    def target(synonym: Synonym) -> tuple[str, str, bool]:
        return synonym.page_words, synonym.note, synonym.is_active

    for (page_words, note, is_active), group in groupby(sorted(synonyms, key=target), key=target):
        line = f"{', '.join(one.typed for one in group)} = {page_words}"
        yield f"{'' if is_active else '# '}{line}{f'  # {note}' if note else ''}"


def _synonyms_of(raw: str, language: str) -> list[Synonym]:
    """Return the synonyms of one line, all of them good; ValidationError names what is wrong."""
    line, _sign, note = normalize(raw).partition("#")
    if not line.strip():
        return []
    typed, equals, page_words = (part.strip() for part in line.partition("="))
    if not equals or not typed or not page_words:
        raise ValidationError(_("Expected: what readers type, another way = what the pages say"))
    phrases = [phrase for phrase in map(str.strip, typed.split(",")) if phrase]
    if len(phrases) > MAX_PHRASES:
        raise ValidationError(_("At most %(count)d ways to say it in one line.") % {"count": MAX_PHRASES})
    made = []
    for phrase in phrases:
        synonym = Synonym(language=language, typed=phrase, page_words=page_words, note=note.strip()[:_NOTE_MAX_LENGTH])
        synonym.full_clean(validate_unique=False, validate_constraints=False)
        made.append(synonym)
    return made
