"""The search of the admin: Wagtail's own on whatever database there is, without regard to marks and quotation marks.

Databases fold some Vietnamese marks and not others (SQLite keeps đ from d, PostgreSQL keeps everything apart), so
whatever is written into the index and whatever is searched for is folded here, for pages, images, documents and
snippets alike. On SQLite the text goes between quotation marks into an FTS5 query as it was typed (modelsearch 1.x, no
escaping), so that one `"` in the search box answers with "unterminated string"; that part is to be dropped when the
library escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from modelsearch.backends import database
from modelsearch.backends.base import BaseIndex
from modelsearch.index import AutocompleteField, RelatedFields, SearchField
from modelsearch.query import And, Or, Phrase, PlainText

from portal.lib.text import fold


class _FoldedRow:
    """A row as the index reads it: its searchable fields give their text without marks."""

    def __init__(self, row: Any):
        self.pk = row.pk
        self._row = row

    def get_search_fields(self) -> list[Any]:
        return [_folded_field(field, self._row) for field in self._row.get_search_fields()]


class _FoldsRows:
    """Mixed into the index of a search backend."""

    def add_items(self, model: Any, items: Iterable[Any]) -> None:
        super().add_items(model, [_FoldedRow(item) for item in items])  # type: ignore[misc]  # of the class it is mixed into


class _FoldsQueries:
    """Mixed into a search backend whose index is folded."""

    def search(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().search(folded_query(query), *args, **kwargs)  # type: ignore[misc]  # of the class it is mixed into

    def autocomplete(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().autocomplete(folded_query(query), *args, **kwargs)  # type: ignore[misc]  # likewise


def SearchBackend(params: dict[str, Any]) -> Any:
    """Return the backend for the default database; the library looks for this name."""
    own = type(database.SearchBackend(params))
    if own.index_class is BaseIndex:
        return own(params)  # no full text in this database: it compares the columns themselves
    index_class = type("FoldedIndex", (_FoldsRows, own.index_class), {})
    return type("SearchBackend", (_FoldsQueries, own), {"index_class": index_class})(params)


def folded_query(query: Any) -> Any:
    """Return a typed text or a parsed query without marks and quotation marks; "" when no word is left."""
    if isinstance(query, And | Or):
        parts = [part for part in map(folded_query, query.subqueries) if part]
        return type(query)(parts) if parts else ""
    if isinstance(query, str):
        return _folded_text(query)
    if isinstance(query, PlainText):
        text = _folded_text(query.query_string)
        return PlainText(text, operator=query.operator, boost=query.boost) if text else ""
    if isinstance(query, Phrase):
        text = _folded_text(query.query_string)
        return Phrase(text) if text else ""
    return query


def _folded_text(text: str) -> str:
    return fold(text).replace('"', " ").strip()


def _folded_field(field: Any, row: Any = None) -> Any:
    """Return a field whose values are folded: those of `row`, or of whatever row it is given."""
    folded = copy(field)
    if isinstance(field, RelatedFields):
        folded.get_value = lambda given: field.get_value(row or given)
        folded.fields = [_folded_field(one) for one in field.fields]
    elif isinstance(field, SearchField | AutocompleteField):
        folded.get_value = lambda given: _folded_value(field.get_value(row or given))
    return folded


def _folded_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_folded_value(item) for item in value]
    if isinstance(value, dict):
        return {key: _folded_value(item) for key, item in value.items()}
    return value if value is None else fold(str(value))
