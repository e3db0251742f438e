"""Reads whose SQL is made once in a process: for what every page asks, where the ORM takes longer than the database.

    notes = Prepared(lambda user_id: Note.objects.filter(user_id=user_id).values_list("pk", "text"))
    notes.rows(user.pk)      # [(1, "…"), …]

What makes the read may depend on that one number and on nothing else: on no day, no language and no text of a reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql import Query

# Stands for the number while the SQL is made: no row has it, and nothing else in a query is like it.
_ANY = -8_209_117_553_042_211


@dataclass(frozen=True)
class _Statement:
    query: Query
    using: str
    sql: str
    parameters: tuple[Any, ...]
    columns: tuple[Any, ...]


class Prepared:
    """A read of values. Cost: the query alone; at first also the making of its SQL."""

    def __init__(self, read: Callable[[int], QuerySet[Any]]):
        self._read = read
        self._statement: _Statement | None = None

    def rows(self, number: int) -> list[tuple[Any, ...]]:
        """Return what `read(number)` does, in the order of its `values_list`, as the values that fields give."""
        statement = self._statement = self._statement or self._made()
        connection = connections[statement.using]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, [number if one == _ANY else one for one in statement.parameters])
            rows = cursor.fetchall()
        compiler = statement.query.get_compiler(connection=connection)
        return [*map(tuple, compiler.apply_converters(rows, compiler.get_converters(statement.columns)))]

    def _made(self) -> _Statement:
        queryset = self._read(_ANY)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, parameters = compiler.as_sql()
        columns = tuple(column for column, _sql, _alias in compiler.select[: compiler.col_count])
        return _Statement(queryset.query, queryset.db, sql, tuple(parameters), columns)
