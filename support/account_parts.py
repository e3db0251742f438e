"""What support shows on the account page: the questions of the customer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from personalization.registry import AccountPart, register
from personalization.visitor import Visitor
from support import selectors


@register
class AccountCases(AccountPart):
    """The latest questions."""

    key = "support.account_cases"
    title = _("My questions")
    order = 40
    template_name = "support/account/cases.html"

    def content_for(self, visitor: Visitor) -> dict[str, Any]:
        return {"cases": selectors.account_summary(visitor.user)}
