"""What support knows about a visitor."""

from django.utils.translation import gettext_lazy as _

from personalization.facts import CountRule, fact, tally
from personalization.visitor import Visitor
from support.selectors import count_unfinished_of, unfinished_cases_of

UNFINISHED_CASES = tally("support.unfinished_cases", unfinished_cases_of)

OPEN_TICKETS = CountRule(
    label=_("Questions being dealt with"),
    noun=_("questions that are being dealt with"),
    many=lambda accounts: count_unfinished_of(accounts.ids),
)


@fact(
    "support.open_tickets",
    description=_("Your questions that are being dealt with"),
    default=0,
    rule=OPEN_TICKETS,
)
def open_tickets(visitor: Visitor) -> int:
    return visitor.tally(UNFINISHED_CASES)
