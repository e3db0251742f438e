"""The editors' synonym lines as queries need them."""

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models.signals import post_delete, post_save

from kb.models import Synonym
from kb.search.analyzers import normalize, tokens
from kb.search.query import Synonyms

# Another process learns of a new line within this time; the one that saved it knows at once.
_KEPT_SECONDS = 2.0

# A line as an editor writes it: what readers type, what the pages say.
Line = tuple[str, str]

_tried: ContextVar[Mapping[str, Synonyms] | None] = ContextVar("kb.search.synonyms.tried", default=None)
_lock = threading.Lock()
_kept: tuple[float, Mapping[str, Synonyms]] = (float("-inf"), {})


def lines(language: str) -> Synonyms:
    """Return typed terms → the pages' phrases for one language.

    Cost  one query every two seconds, whatever the number of searches.
    """
    tried = _tried.get()
    return (_live() if tried is None else tried).get(language, {})


@contextmanager
def trying_synonyms(language: str, added: Iterable[Line], *, without: Collection[Line] = ()) -> Iterator[None]:
    """Let searches of this thread answer as if lines were added and others gone; nothing is stored.

    For an editor who wants to see what a line changes before it is saved. `without` leaves live lines out, told
    apart as lines are looked up: without regard to marks.
    """
    gone = {(typed_terms(typed, language), words) for typed, words in without}
    changed = {
        typed: kept
        for typed, phrases in _live().get(language, {}).items()
        if (kept := tuple(phrase for phrase in phrases if (typed, phrase) not in gone))
    }
    for typed, words in added:
        _add(changed, typed, words, language)
    token = _tried.set({**_live(), language: changed})
    try:
        yield
    finally:
        _tried.reset(token)


def _live() -> Mapping[str, Synonyms]:
    global _kept
    with _lock:
        loaded_at, by_language = _kept
        if time.monotonic() - loaded_at > _KEPT_SECONDS:
            by_language = _load()
            _kept = (time.monotonic(), by_language)
    return by_language


def typed_terms(text: str, language: str) -> tuple[str, ...]:
    """Return the terms under which a typed phrase is looked up: folded, so that marks do not matter."""
    return tuple(token.term for token in tokens(normalize(text), language))


def forget_kept(**signal: object) -> None:
    """Read the lines again at the next search."""
    global _kept
    with _lock:
        _kept = (float("-inf"), {})


def _load() -> Mapping[str, Synonyms]:
    by_language: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
    for language, typed, page_words in Synonym.objects.values_list("language", "typed", "page_words"):
        _add(by_language.setdefault(language, {}), typed, page_words, language)
    return by_language


def _add(phrases: dict[tuple[str, ...], tuple[str, ...]], typed: str, page_words: str, language: str) -> None:
    key = typed_terms(typed, language)
    if key:
        phrases[key] = (*phrases.get(key, ()), page_words)


post_save.connect(forget_kept, sender=Synonym, dispatch_uid="kb.search.synonyms.saved")
post_delete.connect(forget_kept, sender=Synonym, dispatch_uid="kb.search.synonyms.deleted")
