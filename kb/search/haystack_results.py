"""Haystack's results, made of stored documents: whole ones, and cheap ones that read their text when asked for it."""

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from haystack.models import SearchResult

from kb.search.snippets import make_snippet

# What a result carries beside its key and its score, under the names of the stored document.
_SHOWN = (
    "id",
    "title",
    "short_answer",
    "headings",
    "language",
    "article_type",
    "category_title",
    "external_id",
    "expires_at",
)
_FIELDS = [*_SHOWN, "text", "category", "product"]
_LOG = logging.getLogger("haystack")


def card_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a list of results shows of a stored document: all but its text."""
    app_label, model_name = document["django_ct"].split(".")
    shown = {name: document[name] for name in _SHOWN}
    return {
        "app_label": app_label,
        "model_name": model_name,
        "pk": document["page_id"],
        "category": list(document["categories"]),
        "product": list(document["products"]),
        **shown,
    }


class LazyResult(SearchResult):
    """A result whose text is read from the index when somebody looks at it."""

    def __init__(self, card: Mapping[str, Any], score: float, read_text: Callable[[], str]) -> None:
        # Not SearchResult's own: it asks for its logger each time, under a lock, which takes longer than the search.
        self.__dict__.update(card)
        self.score = score
        self.log = _LOG
        self.stored_fields = self._object = self._model = self._verbose_name = None
        self._point_of_origin = self._distance = None
        self._additional_fields = _FIELDS
        self._read_text = read_text

    @cached_property
    def text(self) -> str:
        """Return the page's text as the index holds it."""
        return self._read_text()

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: the text itself instead of the way to it."""
        state: dict[str, Any] = {**super().__getstate__(), "text": self.text}
        del state["_read_text"]
        return state


def result_of(document: Mapping[str, Any], score: float, result_class: type[SearchResult], words: str) -> SearchResult:
    """Return a result of a stored document, all fields at hand; `words` are marked in an excerpt, if there are any."""
    card = card_of(document)
    key = [card.pop(name) for name in ("app_label", "model_name", "pk")]
    if words:
        text = f"{document['short_answer']}\n{document['body']}"
        card["highlighted"] = [make_snippet(text, words, language=document["language"])]
    return result_class(*key, float(score), text=document["body"], **card)
