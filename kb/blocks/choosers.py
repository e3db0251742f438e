"""Choosers that say what to do when their choice was deleted, and that share one look-up with the whole body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model
from django.forms import Field
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import ChooserBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

Loaded = Mapping[type[Model], Mapping[int, Model]]

_loaded: ContextVar[Loaded | None] = ContextVar("kb.blocks.loaded", default=None)

NOTHING_CHOSEN = _("Nothing is chosen, or what was chosen has been deleted. Choose anew, or remove this part.")


@contextmanager
def already_loaded(objects: Loaded) -> Iterator[None]:
    """Within this context choosers take their objects from `objects` instead of asking the database."""
    token = _loaded.set(objects)
    try:
        yield
    finally:
        _loaded.reset(token)


class _LastingChoice(ChooserBlock):
    """Mixed into a chooser block, before Wagtail's own."""

    @cached_property
    def field(self) -> Field:
        field: Field = super().field
        field.error_messages = {**field.error_messages, "required": NOTHING_CHOSEN}
        return field

    def bulk_to_python(self, values: Sequence[int | None]) -> list[Model | None]:
        objects = (_loaded.get() or {}).get(self.model_class)
        if objects is None:
            return list(super().bulk_to_python(values))
        return [objects.get(value) if value is not None else None for value in values]


class ImageChoice(_LastingChoice, ImageChooserBlock):
    """An image of the library."""


class DocumentChoice(_LastingChoice, DocumentChooserBlock):
    """A document of the library."""


class SnippetChoice(_LastingChoice, SnippetChooserBlock):
    """A product, a spare part or a reusable text."""

    def get_searchable_content(self, value: Any) -> list[str]:
        """Return nothing: the block around it knows which words readers see."""
        return []
