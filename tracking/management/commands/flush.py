"""Django's `flush`, which empties the history too: it is meant to delete everything."""

from typing import Any

from django.core.management.commands.flush import Command as DjangoFlush
from django.db import connections

from tracking.append_only import history_unlocked
from tracking.models import TrackingEvent


class Command(DjangoFlush):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        if TrackingEvent._meta.db_table not in connection.introspection.table_names():
            # The cache's database has no history to unlock.
            super().handle(**options)
            return
        with history_unlocked(connection):
            super().handle(**options)
