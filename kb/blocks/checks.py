"""What a block demands at publish and not of a draft."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import StructValue
from wagtail.blocks.struct_block import StructBlockValidationError


def raise_errors(errors: Mapping[str, str]) -> None:
    """Raise the sentences of `errors` at the fields they belong to; nothing happens without any."""
    if errors:
        raise StructBlockValidationError({name: ValidationError(sentence) for name, sentence in errors.items()})


def missing_description(value: StructValue, *, image: str, alt: str) -> dict[str, str]:
    """Return the error of an image that nobody described, neither here nor in the library."""
    if value.get(image) and not value.get(alt) and not value[image].description:
        return {alt: _("Describe the image for readers who cannot see it.")}
    return {}
