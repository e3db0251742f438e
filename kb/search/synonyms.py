"""The editors' synonym lines as queries need them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models.signals import post_delete, post_save

from kb.models import Synonym
from kb.search.analyzers import normalize, tokens
from kb.search.query import Synonyms
from portal.lib.snapshots import Snapshot

# A line as an editor writes it: what readers type, what the pages say.
Line = tuple[str, str]

_tried: ContextVar[Mapping[str, Synonyms] | None] = ContextVar("kb.search.synonyms.tried", default=None)


def lines(language: str) -> Synonyms:
    """Return typed terms → the pages' phrases for one language.

    Cost  none for nearly every search: the lines are kept in memory until one of them changes.
    """
    tried = _tried.get()
    return (_kept.get() if tried is None else tried).get(language, {})


@contextmanager
def trying_synonyms(language: str, added: Iterable[Line], *, without: Collection[Line] = ()) -> Iterator[None]:
    """Let searches of this thread answer as if lines were added and others gone; nothing is stored.

    For an editor who wants to see what a line changes before it is saved. `without` leaves live lines out, told
    apart as lines are looked up: without regard to marks.
    """
    gone = {(typed_terms(typed, language), words) for typed, words in without}
    changed = {
        typed: kept
        for typed, phrases in _kept.get().get(language, {}).items()
        if (kept := tuple(phrase for phrase in phrases if (typed, phrase) not in gone))
    }
    for typed, words in added:
        _add(changed, typed, words, language)
    token = _tried.set({**_kept.get(), language: changed})
    try:
        yield
    finally:
        _tried.reset(token)


def typed_terms(text: str, language: str) -> tuple[str, ...]:
    """Return the terms under which a typed phrase is looked up: folded, so that marks do not matter."""
    return tuple(token.term for token in tokens(normalize(text), language))


def forget_kept(**signal: object) -> None:
    """Read the lines again at the next search, in every process of this machine."""
    _kept.forget()


def _load() -> Mapping[str, Synonyms]:
    by_language: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
    lines_in_use = Synonym.objects.filter(is_active=True)
    for language, typed, page_words in lines_in_use.values_list("language", "typed", "page_words"):
        _add(by_language.setdefault(language, {}), typed, page_words, language)
    return by_language


def _add(phrases: dict[tuple[str, ...], tuple[str, ...]], typed: str, page_words: str, language: str) -> None:
    key = typed_terms(typed, language)
    if key:
        phrases[key] = (*phrases.get(key, ()), page_words)


_kept = Snapshot("synonyms", _load)
post_save.connect(forget_kept, sender=Synonym, dispatch_uid="kb.search.synonyms.saved")
post_delete.connect(forget_kept, sender=Synonym, dispatch_uid="kb.search.synonyms.deleted")
