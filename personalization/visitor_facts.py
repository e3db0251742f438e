"""The facts this app itself knows: what the visitor told us on the preferences page."""

from django.utils.translation import gettext_lazy as _

from personalization.fact_rules import Accounts, CodesRule
from personalization.facts import fact
from personalization.preferences import OFFERS
from personalization.visitor import Visitor

NONE: tuple[str, ...] = ()


def topics_of(accounts: Accounts) -> dict[int, frozenset[str]]:
    return {user_id: frozenset(chosen.topics) for user_id, chosen in accounts.preferences.items()}


def products_of(accounts: Accounts) -> dict[int, frozenset[str]]:
    return {user_id: frozenset(chosen.owned_products) for user_id, chosen in accounts.preferences.items()}


TOPICS = CodesRule(
    label=_("Topics chosen"),
    choices="topics",
    has=_("chose the topic %(values)s"),
    lacks=_("did not choose the topic %(values)s"),
    something=_("chose a topic"),
    nothing_at_all=_("chose no topic"),
    many=topics_of,
)
PRODUCTS = CodesRule(
    label=_("Products owned"),
    choices="products",
    has=_("owns %(values)s"),
    lacks=_("does not own %(values)s"),
    something=_("told us of a product they own"),
    nothing_at_all=_("told us of no product they own"),
    many=products_of,
)


@fact("preferences.topics", description=_("The topics you chose"), default=NONE, for_guests=True, rule=TOPICS)
def topics(visitor: Visitor) -> tuple[str, ...]:
    return visitor.preferences.topics


@fact("preferences.owned_products", description=_("The products you own"), default=NONE, for_guests=True, rule=PRODUCTS)
def owned_products(visitor: Visitor) -> tuple[str, ...]:
    return visitor.preferences.owned_products


@fact(
    "preferences.offers",
    description=_("That you allowed offers on your pages"),
    default=False,
    for_guests=True,
    purpose=OFFERS,
)
def offers_allowed(visitor: Visitor) -> bool:
    return visitor.allows(OFFERS)
