"""The boxes that support offers to the home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb.selectors.corrections import corrections_among
from personalization.registry import SOON, DigestItem, Module, Reason, Relevance, Standing, register
from personalization.visitor import Visitor
from support.models import TicketStatus
from support.selectors import articles_asked_about, open_cases_of
from support.visitor_facts import UNFINISHED_CASES

SHOWN_CASES = 3


@register
class MyCases(Module):
    """The visitor's questions that wait for somebody."""

    key = "support.my_cases"
    title = _("Your questions to us")
    template_name = "support/modules/my_cases.html"
    order = 30

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        cases = open_cases_of(visitor.user, limit=SHOWN_CASES) if visitor.tally(UNFINISHED_CASES) else ()
        return {"cases": cases} if cases else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You see this because you asked us something that is not finished yet."),
            fact="support.open_tickets",
            change_url=reverse("contact_cases"),
        )

    def standing(self, visitor: Visitor, content: dict[str, Any]) -> Standing:
        cases = content["cases"]
        has_answer = any(case.status == TicketStatus.ANSWERED for case in cases)
        newest = max(localtime(case.updated_at).date() for case in cases)
        # We answered and wait for a word; without one the case is closed some day.
        return Standing(Relevance.OWN, urgency=SOON if has_answer else 0, changed_on=newest)


@register
class CorrectedArticles(Module):
    """Articles from which the visitor's questions came and that were rewritten since; in the weekly letter only."""

    key = "support.corrected_articles"
    title = _("Corrected articles you asked about")
    slot = "digest"
    order = 50

    def content(self, visitor: Visitor) -> dict[str, Any] | None:
        asked = articles_asked_about(visitor.user) if visitor.is_signed_in else {}
        corrections = corrections_among(list(asked), user=visitor.user)
        later = [one for one in corrections if one.corrected_at > asked[one.page_id]]
        return {"corrections": later} if later else None

    def reason(self, visitor: Visitor, content: dict[str, Any]) -> Reason:
        return Reason(
            _("You read this because you asked us a question from this article."), change_url=reverse("contact_cases")
        )

    def digest_items(self, visitor: Visitor, content: dict[str, Any]) -> list[DigestItem]:
        return [
            DigestItem(f"kb.correction:{one.key}", gettext("Corrected: %(title)s") % {"title": one}, one.url)
            for one in content["corrections"]
        ]


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
