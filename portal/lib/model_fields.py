"""Fields of models that several apps use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.db import models
from modelcluster.fields import ParentalManyToManyField

if TYPE_CHECKING:
    # modelcluster is not typed; as a class of ours its values would look like the field itself.
    IndexedManyToManyField = ParentalManyToManyField
else:

    class IndexedManyToManyField(ParentalManyToManyField):
        """A many-to-many field whose targets show in their usage, which Wagtail does for foreign keys only."""

        def extract_references(
            self, value: Sequence[models.Model]
        ) -> Iterator[tuple[type[models.Model], str, str, str]]:
            for target in value:
                yield self.related_model, str(target.pk), "item", f"item.{target.pk}"
