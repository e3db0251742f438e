"""The boxes that support offers to the home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personalization.registry import Module, Reason, register
from personalization.visitor import Visitor
from support.selectors import open_cases_of

SHOWN_CASES = 3


@register
class MyCases(Module):
    """The visitor's questions that wait for somebody."""

    key = "support.my_cases"
    title = _("Your questions to us")
    template_name = "support/modules/my_cases.html"
    order = 30

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        cases = open_cases_of(visitor.user, limit=SHOWN_CASES) if visitor.is_signed_in else ()
        return {"cases": cases} if cases else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because you asked us something that is not finished yet."),
            fact="support.open_tickets",
            change_url=reverse("contact_cases"),
        )


@register
class AskAPerson(Module):
    """The way to a person, for everyone."""

    key = "support.ask_a_person"
    title = _("Ask a person")
    template_name = "support/modules/ask_a_person.html"
    order = 90
    is_personal = False

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        return {}

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(_("Everybody sees this: some questions need a person."))
