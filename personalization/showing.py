"""Which modules a page shows to its visitor: asked within a budget of time, ranked, each with its reason."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from personalization import facts, ranking, registry
from personalization.time_budget import Aside, Budget, Done, Failed, Outcome, Task, run_within

if TYPE_CHECKING:
    from personalization.visitor import Visitor

logger = logging.getLogger(__name__)

# A module that takes longer is still shown; from then on it is asked after the others, so that it makes none of them late.
SLOW_SECONDS = 0.15
# A box, not a page; a module that renders more has lost its bounds.
MOST_CHARACTERS = 200_000
aside = Aside()
_slow: set[str] = set()


class TooLong(ValueError):
    """A module rendered more than MOST_CHARACTERS."""


@dataclass(frozen=True)
class ShownModule:
    """A module as the page shows it: rendered (safe HTML), with its reason, its score and its neighbours."""

    key: str
    title: str | Promise
    html: str
    order: int
    is_personal: bool
    is_wide: bool
    reason: registry.Reason
    # The stored facts behind it in the reader's words; empty for what everyone sees.
    facts: tuple[str | Promise, ...]
    score: ranking.Score
    is_pinned: bool = False
    is_moved: bool = False
    # Keys of the modules shown before and after, "" at the ends: "up" means "before that one".
    previous: str = ""
    next: str = ""

    @property
    def place(self) -> str:
        """Why it stands where it stands, in a sentence; empty for the usual place of its kind."""
        if self.is_pinned:
            return _("It stands at the top because you pinned it.")
        if self.score.dismissals:
            return _("It stands further down because you said “not now”.")
        if self.is_moved:
            return _("It stands where you moved it.")
        if self.score.urgency >= ranking.URGENT:
            return _("It stands at the top because it waits for you.")
        return _("It stands further up because it is worth seeing soon.") if self.score.urgency else ""


def modules_for(
    visitor: Visitor, slot: str = "home", *, subject: object = None, default_order: tuple[str, ...] = ()
) -> list[ShownModule]:
    """Return the modules of `slot` that have something to say to `visitor`, in their order (see `ranking`).

    Slots   "home" is the home page; "order" is the page of one order, whose days are the `subject`.

            `default_order` is the order of the page's owner for whoever is not personalised; the score fills it up.

    Sees    personal modules only for a visitor who allows personalization and the module's purpose, so that withdrawing
            gives the page of a stranger at the next request.
    Cost    what the modules ask: one or two queries each.
    Errors  a module that fails, or that is not there within MODULE_BUDGET, is logged and left out, and the answer is then
            kept out of every cache; with RAISE_MODULE_ERRORS (tests) its error comes through.
    """
    offered = _offered(visitor, slot)
    asked = [module for module in offered if not aside.holds(module.key)]
    budget = Budget(*settings.MODULE_BUDGET)
    # The slow ones last: they only take what the others leave.
    tasks = [_task(module, visitor, subject) for module in sorted(asked, key=lambda module: module.key in _slow)]
    outcomes = run_within(budget, tasks)
    shown = [module for module in _shown(outcomes) if module]
    if len(asked) < len(offered) or any(not isinstance(outcome, Done) for outcome in outcomes.values()):
        visitor.keep_out_of_caches()
    preferences = visitor.preferences
    return _with_neighbours(
        ranking.ranked(
            shown,
            pinned=preferences.pinned_modules,
            own_order=preferences.module_order if visitor.is_personalized else default_order,
        )
    )


def _offered(visitor: Visitor, slot: str) -> list[registry.Module]:
    hidden = visitor.preferences.hidden_modules
    return [
        module
        for module in registry.modules(slot)
        if module.key not in hidden and (not module.is_personal or visitor.allows(module.purpose))
    ]


def _task(module: registry.Module, visitor: Visitor, subject: object) -> Task[ShownModule | None]:
    return Task(module.key, lambda: _render(module, visitor, subject))


def _shown(outcomes: Mapping[str, Outcome[ShownModule | None]]) -> Iterator[ShownModule | None]:
    for key, outcome in outcomes.items():
        if isinstance(outcome, Done):
            _note_pace(key, outcome.seconds)
            yield outcome.value
        elif isinstance(outcome, Failed):
            if settings.RAISE_MODULE_ERRORS:
                raise outcome.error
            logger.error("module %s failed and was left out", key, exc_info=outcome.error)
        elif outcome.is_begun:
            aside.put(key)
            logger.error("module %s was not there in time and was left out", key)
        else:
            logger.warning("module %s was left out: the others had used the time", key)


def _note_pace(key: str, seconds: float) -> None:
    aside.forgive(key)
    if seconds > SLOW_SECONDS and key not in _slow:
        _slow.add(key)
        logger.warning("module %s took %d ms; it is asked last from now on", key, seconds * 1000)


def _render(module: registry.Module, visitor: Visitor, subject: object) -> ShownModule | None:
    content = module.content(visitor) if subject is None else module.content_about(visitor, subject)
    if content is None:
        return None
    # Lazy texts are made here: one that fails must fail within the budget, not in the page.
    reason = module.reason(visitor, content)
    reason = replace(reason, text=str(reason.text), rule=str(reason.rule), change_url=str(reason.change_url))
    html = get_template(module.template_name).render({**content, "visitor": visitor, "module": module}, visitor.request)
    if len(html) > MOST_CHARACTERS:
        raise TooLong(f"{len(html)} characters")
    return ShownModule(
        key=module.key,
        title=str(module.title),
        html=html,
        order=module.order,
        is_personal=module.is_personal,
        is_wide=module.is_wide,
        reason=reason,
        facts=tuple(filter(None, (facts.describe(key) for key in reason.facts))),
        is_pinned=module.key in visitor.preferences.pinned_modules,
        is_moved=module.key in visitor.preferences.module_order,
        score=ranking.score_of(
            module.standing(visitor, content),
            next((one for one in visitor.preferences.dismissals if one.key == module.key), None),
            today=timezone.localdate(),
        ),
    )


def _with_neighbours(modules: list[ShownModule]) -> list[ShownModule]:
    keys = ["", *(module.key for module in modules), ""]
    return [replace(module, previous=keys[place], next=keys[place + 2]) for place, module in enumerate(modules)]
