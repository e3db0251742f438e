"""History that cannot be rewritten: rows that are only ever added.

Two guards. The model refuses `save()` of an existing row, `delete()` and the same through a queryset; the
database refuses UPDATE and DELETE by trigger, so a script or a console cannot do it by accident either. The
triggers are (re)made after every `migrate`, because SQLite drops them whenever a table is rebuilt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class HistoryIsAppendOnly(TypeError):
    """Somebody tried to change or delete an event; record a correction that names it instead."""


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise HistoryIsAppendOnly("events are never changed or deleted; record a correction that names the wrong one")


class AppendOnlyQuerySet(models.QuerySet):
    """Reads and inserts only."""

    update = delete = bulk_update = update_or_create = _refuse


class AppendOnlyModel(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    delete = _refuse


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers on every append-only table; repeating it changes nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$"
            )
        for table in _tables():
            for verb in ("update", "delete"):
                cursor.execute(_drop_trigger(connection, table, verb))
                cursor.execute(_create_trigger(connection, table, verb))


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away; only `history_unlocked` and the `flush` command need it."""
    with connection.cursor() as cursor:
        for table in _tables():
            for verb in ("update", "delete"):
                cursor.execute(_drop_trigger(connection, table, verb))


@contextmanager
def history_unlocked(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Allow the deletion of history inside one transaction: erasure on request, retention, an emptied demo.

    Both databases run trigger changes inside the transaction, so nobody else ever sees the table unguarded.
    """
    with transaction.atomic(using=connection.alias):
        remove_guards(connection)
        yield
        install_guards(connection)


def _tables() -> list[str]:
    return [
        model._meta.db_table
        for model in apps.get_app_config("tracking").get_models()
        if issubclass(model, AppendOnlyModel)
    ]


def _drop_trigger(connection: BaseDatabaseWrapper, table: str, verb: str) -> str:
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on_table}"


def _create_trigger(connection: BaseDatabaseWrapper, table: str, verb: str) -> str:
    head = f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
    if connection.vendor == "postgresql":
        return f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_history_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
