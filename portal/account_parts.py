"""What the portal itself shows on the account page: sign-in, and what is stored about the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.utils.translation import gettext_lazy as _

from personalization.registry import AccountPart, register
from personalization.visitor import Visitor

if TYPE_CHECKING:
    from portal.models import User


@register
class AccountSecurity(AccountPart):
    """How the account is protected."""

    key = "portal.account_security"
    title = _("Sign-in and security")
    order = 80
    template_name = "portal/account/security.html"

    def content_for(self, visitor: Visitor) -> dict[str, Any]:
        user = cast("User", visitor.user)  # a part is asked of accounts only
        return {"user": user, "has_second_factor": is_mfa_enabled(user), "has_password": user.has_usable_password()}


@register
class AccountData(AccountPart):
    """The rights over what is stored."""

    key = "portal.account_data"
    title = _("My data")
    order = 90
    template_name = "portal/account/data.html"

    def content_for(self, visitor: Visitor) -> dict[str, Any]:
        return {}
