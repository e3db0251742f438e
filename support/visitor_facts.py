"""What support knows about a visitor."""

from django.utils.translation import gettext_lazy as _

from personalization.facts import fact
from personalization.visitor import Visitor
from support.selectors import count_unfinished


@fact("support.open_tickets", description=_("Your questions that are being dealt with"), default=0)
def open_tickets(visitor: Visitor) -> int:
    return count_unfinished(visitor.user)
