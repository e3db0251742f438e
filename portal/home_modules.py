"""The boxes that the shop itself offers to the home page: what it announces, and offers for who wants them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from personalization.preferences import OFFERS
from personalization.registry import Module, Reason, Relevance, Standing, register
from personalization.selectors import rule_of
from personalization.visitor import Visitor
from portal.models.notices import NoticeLevel
from portal.notices import announced_elsewhere, offers_for

# A box, not a page.
ROWS = 3
# A warning comes before what merely fits, and after everything that is the visitor's own.
WARNING = 15


@register
class Announcements(Module):
    """What the shop announces and does not stand above the page: that of other pages, and what was put away."""

    key = "portal.announcements"
    title = _("Shop announcements")
    template_name = "portal/modules/announcements.html"
    order = 40
    is_personal = False

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        notices = announced_elsewhere(visitor.request)[:ROWS]
        return {"notices": notices} if notices else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("Everybody sees this: what the shop announces at present, and what you put away above."),
            rule=_rules_of(content["notices"]),
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        has_warning = any(notice.level == NoticeLevel.WARNING for notice in content["notices"])
        return Standing(Relevance.EVERYBODY, urgency=WARNING if has_warning else 0)


@register
class Offers(Module):
    """What is for sale, for whoever said that they want to see it."""

    key = "portal.offers"
    title = _("Offers for you")
    template_name = "portal/modules/announcements.html"
    order = 80
    purpose = OFFERS

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        notices = offers_for(visitor.request)[:ROWS]
        return {"notices": notices} if notices else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because you allowed offers on your pages."),
            fact="preferences.offers",
            rule=_rules_of(content["notices"]),
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        # Nobody's reason to come: below everything else.
        return Standing(Relevance.EVERYBODY)


def _rules_of(notices: list[Any]) -> str:
    """Return the editors' rules by which the visitor sees these, each once; "" for what is meant for everybody."""
    ids = dict.fromkeys(notice.segment_id for notice in notices if notice.segment_id is not None)
    return "; ".join(rule for segment_id in ids if (rule := rule_of(segment_id)))
