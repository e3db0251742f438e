"""The editors' synonym lines as queries need them."""

import threading
import time
from collections.abc import Mapping

from django.db.models.signals import post_delete, post_save

from kb.models import Synonym
from kb.search.analyzers import normalize, tokens
from kb.search.query import Synonyms

# Another process learns of a new line within this time; the one that saved it knows at once.
_KEPT_SECONDS = 2.0

_lock = threading.Lock()
_kept: tuple[float, Mapping[str, Synonyms]] = (float("-inf"), {})


def lines(language: str) -> Synonyms:
    """Return typed terms → the pages' phrases for one language.

    Cost  one query every two seconds, whatever the number of searches.
    """
    global _kept
    with _lock:
        loaded_at, by_language = _kept
        if time.monotonic() - loaded_at > _KEPT_SECONDS:
            by_language = _load()
            _kept = (time.monotonic(), by_language)
    return by_language.get(language, {})


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
        phrases = by_language.setdefault(language, {})
        key = typed_terms(typed, language)
        phrases[key] = (*phrases.get(key, ()), page_words)
    return by_language


post_save.connect(forget_kept, sender=Synonym, dispatch_uid="kb.search.synonyms.saved")
post_delete.connect(forget_kept, sender=Synonym, dispatch_uid="kb.search.synonyms.deleted")
