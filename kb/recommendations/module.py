"""The box of recommended articles; kb/home_modules.py offers it with the others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.recommendations.scoring import REASON_ORDER, Source
from kb.selectors.recommendations import Recommendation, recommended_for
from personalization.facts import describe
from personalization.registry import Module, Reason, register
from personalization.visitor import Visitor

# What a reader is told about one article.
WHY = {
    Source.ORDER: gettext_lazy("Helps with an order of yours"),
    Source.MAINTENANCE: gettext_lazy("Maintenance due soon"),
    Source.PRODUCT: gettext_lazy("About a product you own"),
    Source.CO_READING: gettext_lazy("Often read together with what you read"),
    Source.TOPIC: gettext_lazy("On a topic you chose"),
    None: gettext_lazy("Many people read it at present"),
}
# The stored fact behind each source: without it, what it points out is gone from the next page.
FACTS = {
    Source.ORDER: "tracking.order_situations",
    Source.MAINTENANCE: "kb.due_maintenance",
    Source.PRODUCT: "preferences.owned_products",
    Source.CO_READING: "kb.read_articles",
    Source.TOPIC: "preferences.topics",
}


@register
class Recommended(Module):
    """What to read next, each article with why."""

    key = "kb.recommended"
    title = gettext_lazy("Recommended for you")
    template_name = "kb/modules/recommended.html"
    order = 25

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        found = recommended_for(visitor)
        return {"recommended": [(one, WHY[one.source]) for one in found]} if found else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        shown: list[tuple[Recommendation, str]] = content["recommended"]
        sources = {one.source for one, _why in shown}
        keys = [FACTS[source] for source in REASON_ORDER if source in sources]
        return Reason(
            _("You see this because of what you told us or allowed: %(facts)s.")
            % {"facts": "; ".join(str(describe(key)) for key in keys)},
            fact=keys[0],
            also=tuple(keys[1:]),
        )
