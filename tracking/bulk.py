"""Writing many rows at once."""

from collections.abc import Sequence

from django.db import models

BATCH = 500


def overwrite(model: type[models.Model], rows: Sequence[models.Model], columns: Sequence[str]) -> None:
    """Store `columns` of rows that exist already.

    An upsert by primary key: `bulk_update` builds one CASE branch for each row and column, which took four fifths
    of the time of an import.
    """
    if rows:
        model._base_manager.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=list(columns)
        )
