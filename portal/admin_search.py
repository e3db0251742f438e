"""The search of the admin: Wagtail's own on whatever database there is, but a lone quotation mark is no error.

On SQLite the text goes between quotation marks into an FTS5 query as it was typed (modelsearch 1.x, no escaping), so
that one `"` in the search box answers with "unterminated string". To be dropped when the library escapes it.
"""

from __future__ import annotations

from typing import Any

from modelsearch.backends import database
from modelsearch.query import And, Or, Phrase, PlainText


class _ForgivesQuotes:
    """Mixed into a search backend."""

    def search(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().search(without_quotes(query), *args, **kwargs)  # type: ignore[misc]

    def autocomplete(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().autocomplete(without_quotes(query), *args, **kwargs)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> Any:
    """Return the backend for the default database; the library looks for this name."""
    own = type(database.SearchBackend(params))
    return type("SearchBackend", (_ForgivesQuotes, own), {})(params)


def without_quotes(query: Any) -> Any:
    """Return a typed text or a parsed query without quotation marks inside its words; "" when no word is left."""
    if isinstance(query, And | Or):
        parts = [part for part in map(without_quotes, query.subqueries) if part]
        return type(query)(parts) if parts else ""
    if isinstance(query, str):
        return _cleaned(query)
    if isinstance(query, PlainText):
        text = _cleaned(query.query_string)
        return PlainText(text, operator=query.operator, boost=query.boost) if text else ""
    if isinstance(query, Phrase):
        text = _cleaned(query.query_string)
        return Phrase(text) if text else ""
    return query


def _cleaned(text: str) -> str:
    return text.replace('"', " ").strip()
