"""The facts this app itself knows: what the visitor told us on the preferences page."""

from django.utils.translation import gettext_lazy as _

from personalization.facts import fact
from personalization.visitor import Visitor

NONE: tuple[str, ...] = ()


@fact("preferences.topics", description=_("The topics you chose"), default=NONE, for_guests=True)
def topics(visitor: Visitor) -> tuple[str, ...]:
    return visitor.preferences.topics


@fact("preferences.owned_products", description=_("The products you own"), default=NONE, for_guests=True)
def owned_products(visitor: Visitor) -> tuple[str, ...]:
    return visitor.preferences.owned_products
