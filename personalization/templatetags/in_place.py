"""What stands in the frame of every box: looked up once for the page, or for each language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.translation import get_language

if TYPE_CHECKING:
    from personalization.showing import ShownModule

register = template.Library()


@register.simple_tag
def in_place_url(name: str) -> str:
    """Return the address of the route `name`, which takes no arguments, in the active language."""
    return _address(name, get_language())


@register.simple_tag
def keys_of(modules: Iterable[ShownModule]) -> str:
    """Return the keys of the boxes as the page stands, for whoever moves one of them."""
    return " ".join(module.key for module in modules)


@lru_cache(maxsize=64)
def _address(name: str, language: str | None) -> str:
    return reverse(name)
