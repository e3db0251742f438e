"""What stands in the weekly letter of one account."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise

from personalization import registry
from personalization.preferences import DIGEST

if TYPE_CHECKING:
    from personalization.visitor import Visitor

logger = logging.getLogger(__name__)

# A letter is read on a telephone; what does not fit comes next week.
ITEMS_OF_A_SECTION = 5


@dataclass(frozen=True)
class DigestSection:
    """What one module tells, with the reason it gives on the page too."""

    key: str
    title: str | Promise
    reason: str | Promise
    items: tuple[registry.DigestItem, ...]


def digest_of(visitor: Visitor, *, wanted: Callable[[str], bool]) -> tuple[DigestSection, ...]:
    """Return the sections that have an item whose key is `wanted`, in the order of the home page.

    Nothing for who does not allow the letter; boxes that the visitor hid say nothing here either.
    Cost    what the modules ask: one or two queries each.
    Errors  a module that fails is logged and left out; with RAISE_MODULE_ERRORS (tests) its error comes through.
    """
    if not visitor.allows(DIGEST):
        return ()
    sections: list[DigestSection] = []
    said: set[str] = set()
    for module in registry.digest_modules():
        if module.key in visitor.preferences.hidden_modules or not visitor.allows(module.purpose):
            continue
        try:
            section = _section(module, visitor, lambda key: key not in said and wanted(key))
        except Exception:  # one broken box must not take the letter with it
            if settings.RAISE_MODULE_ERRORS:
                raise
            logger.exception("module %s failed and was left out of a letter", module.key)
            continue
        if section.items:
            sections.append(section)
            said.update(item.key for item in section.items)
    return tuple(sections)


def _section(module: registry.Module, visitor: Visitor, wanted: Callable[[str], bool]) -> DigestSection:
    content = module.content(visitor)
    if content is None:
        return DigestSection(module.key, module.title, "", ())
    items = tuple(item for item in module.digest_items(visitor, content) if wanted(item.key))
    return DigestSection(module.key, module.title, module.reason(visitor, content).text, items[:ITEMS_OF_A_SECTION])
