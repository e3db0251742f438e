"""How pages can look, for the menu that stands on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from personalization.preferences import DENSITY_LABELS, NOTHING_STORED, TEXT_SIZE_LABELS, THEME_LABELS

if TYPE_CHECKING:
    from personalization.visitor import Visitor


@dataclass(frozen=True)
class AppearanceOption:
    """One way a page may look; `is_chosen` says whether it looks so now because the visitor stored it."""

    value: str
    label: str | Promise
    is_chosen: bool


@dataclass(frozen=True)
class AppearanceGroup:
    """What can be chosen of one kind; `name` is the field of `Preferences` and of the form."""

    name: str
    label: str | Promise
    options: tuple[AppearanceOption, ...]


def appearance_of(visitor: Visitor | None) -> list[AppearanceGroup]:
    """Return the choices of the appearance menu; without a visitor (an error page) none is marked as chosen."""
    preferences = visitor.preferences if visitor else NOTHING_STORED
    return [
        AppearanceGroup(
            name,
            label,
            tuple(
                AppearanceOption(value, text, is_chosen=getattr(preferences, name) == value)
                for value, text in labels.items()
            ),
        )
        for name, label, labels in (
            ("theme", _("Colours"), THEME_LABELS),
            ("text_size", _("Text size"), TEXT_SIZE_LABELS),
            ("density", _("Spacing"), DENSITY_LABELS),
        )
    ]
