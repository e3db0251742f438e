"""Small changes in place, from any page: how pages look, and which boxes stand where; and taking one back.

All of them change what is stored, so they need consent (ConsentMissing). `changed_with_undo` remembers what a change replaced
in a signed text that travels with the page, not on the server; it fits the person it was made for and nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core import signing
from django.utils import timezone

from personalization import ranking, registry
from personalization.models import ConsentRecord
from personalization.preferences import (
    DENSITIES,
    HIDDEN_AIMED,
    LANGUAGE_LABELS,
    PERSONALIZATION,
    TEXT_SIZES,
    THEMES,
    Preferences,
)
from personalization.selectors import arranged
from personalization.services import ConsentMissing, alone, save_preferences
from personalization.visitor import Visitor

APPEARANCE = {"theme": THEMES, "text_size": TEXT_SIZES, "density": DENSITIES, "language": tuple(LANGUAGE_LABELS)}
UNDOABLE = (*APPEARANCE, "pinned_modules", "module_order", "hidden_modules", "dismissals")
# As long as somebody may look at the page before they find it was better before.
UNDO_SECONDS = 15 * 60
UNDO_SALT = "personalization.undo"
MAX_HIDDEN_AIMED = 20


class UnknownModule(Exception):
    """No module of this key is offered; the form was forged or is older than the release."""


class UnknownChoice(Exception):
    """There is no such theme, text size, spacing or language."""


class NothingToUndo(Exception):
    """The text is not ours, too old or somebody else's."""


def hide_module(visitor: Visitor, key: str) -> None:
    """Put the module `key` away; it comes back on the preferences page. Raises UnknownModule, ConsentMissing."""
    _find_module(key)
    stored = _allowed(visitor)
    _save(visitor, replace(stored, hidden_modules=stored.hidden_modules | {key}, pinned_modules=_without(stored, key)))


def dismiss_module(visitor: Visitor, key: str) -> None:
    """Say "not now" to the module `key`: it goes further down for some weeks. Raises UnknownModule, ConsentMissing.

    It is unpinned as well; a place in the visitor's own order stays, for that is their word too.
    """
    _find_module(key)
    stored = _allowed(visitor)
    dismissals = ranking.dismissed(stored.dismissals, key, timezone.localdate())
    _save(visitor, replace(stored, dismissals=dismissals, pinned_modules=_without(stored, key)))


def hide_aimed(visitor: Visitor, key: str) -> None:
    """Let the aimed block of `key` ("aimed." and its id) show its default. Raises UnknownModule, ConsentMissing."""
    if not HIDDEN_AIMED.match(key):
        raise UnknownModule(key)
    stored = _allowed(visitor)
    others = [hidden for hidden in sorted(stored.hidden_modules) if HIDDEN_AIMED.match(hidden) and hidden != key]
    # Blocks go and their keys stay; the latest are enough.
    forgotten = frozenset(others[: max(0, len(others) + 1 - MAX_HIDDEN_AIMED)])
    _save(visitor, replace(stored, hidden_modules=(stored.hidden_modules - forgotten) | {key}))


def pin_module(visitor: Visitor, key: str) -> None:
    """Let the module `key` stand above all others, after those pinned before. Raises UnknownModule, ConsentMissing."""
    _find_module(key)
    stored = _allowed(visitor)
    if key not in stored.pinned_modules:
        _save(visitor, replace(stored, pinned_modules=(*stored.pinned_modules, key)))


def unpin_module(visitor: Visitor, key: str) -> None:
    """Let the module `key` take its usual place again. Raises UnknownModule, ConsentMissing."""
    _find_module(key)
    stored = _allowed(visitor)
    _save(visitor, replace(stored, pinned_modules=_without(stored, key)))


def move_module(visitor: Visitor, key: str, *, neighbour: str, after: bool, shown: tuple[str, ...] = ()) -> None:
    """Put the module `key` right before `neighbour`, or after it. Raises UnknownModule, ConsentMissing.

    `shown` is the page as the visitor saw it, which is what they rearrange; a module without content that day keeps its
    place, or goes on having none of the visitor's. Who goes up among the pinned is pinned there; who goes down past the last of them no longer is.
    """
    slot = _find_module(key).slot
    if _find_module(neighbour).slot != slot or neighbour == key:
        raise UnknownModule(neighbour)
    stored = _allowed(visitor)
    modules = registry.modules(slot)
    known = {module.key for module in modules}
    order = [one for one in dict.fromkeys((*shown, *stored.module_order)) if one in known]
    if key not in order or neighbour not in order:
        order = [module.key for module in arranged(modules, tuple(order), stored.pinned_modules)]
    others = [one for one in order if one != key]
    place = others.index(neighbour) + (1 if after else 0)
    _save(
        visitor,
        replace(
            stored,
            module_order=(*others[:place], key, *others[place:]),
            pinned_modules=_pinned_after_move(stored.pinned_modules, key, neighbour, after=after),
        ),
    )


def _pinned_after_move(pinned: tuple[str, ...], key: str, neighbour: str, *, after: bool) -> tuple[str, ...]:
    others = tuple(one for one in pinned if one != key)
    if neighbour not in others:
        return others
    place = others.index(neighbour) + (1 if after else 0)
    # Right behind the last pinned one is the first place of those that are not.
    if place == len(others) and key not in pinned:
        return others
    return (*others[:place], key, *others[place:])


def set_appearance(visitor: Visitor, **wishes: str) -> None:
    """Store theme, text_size, density or language, as named by `wishes`. Raises UnknownChoice, ConsentMissing."""
    if not wishes or any(value not in APPEARANCE.get(name, ()) for name, value in wishes.items()):
        raise UnknownChoice
    _save(visitor, replace(_allowed(visitor), **wishes))  # type: ignore[arg-type]  # fields of text, as APPEARANCE says


def changed_with_undo(visitor: Visitor, change: Callable[[Visitor], None]) -> str:
    """Do `change` and return the text with which `undo` takes it back; "" if nothing changed. Raises what it raises."""
    with alone(visitor):
        before = visitor.stored
        change(visitor)
        after = visitor.stored
    replaced = {
        name: _plain(getattr(before, name)) for name in UNDOABLE if getattr(before, name) != getattr(after, name)
    }
    return signing.dumps([_owner(visitor), replaced], salt=UNDO_SALT, compress=True) if replaced else ""


def undo(visitor: Visitor, token: str) -> None:
    """Put back what the change of this token replaced; anything changed since in other fields stays.

    Raises NothingToUndo, ConsentMissing.
    """
    try:
        owner, replaced = signing.loads(token, salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except (signing.BadSignature, ValueError) as error:
        raise NothingToUndo from error
    if owner != _owner(visitor):
        raise NothingToUndo
    if "hidden_modules" in replaced:
        replaced["hidden_modules"] = frozenset(replaced["hidden_modules"])
    if "dismissals" in replaced:
        replaced["dismissals"] = tuple(map(ranking.Dismissal.from_row, replaced["dismissals"]))
    for name in ("pinned_modules", "module_order"):
        if name in replaced:
            replaced[name] = tuple(replaced[name])
    with alone(visitor):
        _save(visitor, replace(_allowed(visitor), **replaced))


def _save(visitor: Visitor, preferences: Preferences) -> None:
    save_preferences(visitor, preferences, source=ConsentRecord.Source.HOME_PAGE)


def _allowed(visitor: Visitor) -> Preferences:
    if not visitor.is_personalized:
        raise ConsentMissing
    return visitor.stored


def _find_module(key: str) -> registry.Module:
    module = registry.find(key)
    if module is None:
        raise UnknownModule(key)
    return module


def _without(stored: Preferences, key: str) -> tuple[str, ...]:
    return tuple(pinned for pinned in stored.pinned_modules if pinned != key)


def _owner(visitor: Visitor) -> int | str:
    """Return what tells this visitor from others, and this consent from a later one: what was deleted with the
    withdrawal in between does not come back. Of a guest it is the moment at which the browser consented. One query.
    """
    if visitor.is_signed_in:
        records = ConsentRecord.objects.filter(user_id=visitor.account.pk, purpose=PERSONALIZATION)
        return records.values_list("pk", flat=True).last() or 0
    choices = visitor.guest_choices
    given = choices.consents.get(PERSONALIZATION) if choices else None
    return given.given_at.isoformat() if given else ""


def _plain(value: Any) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [one.as_row() if isinstance(one, ranking.Dismissal) else one for one in value]
    return value
