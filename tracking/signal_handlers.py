"""What tracking does when something happens elsewhere."""

from typing import Any

from allauth.account.signals import email_confirmed
from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from personalization.segments.selectors import forget_segments
from tracking.append_only import install_guards
from tracking.models import LoyaltyTier, PartTerms, ProductTerms
from tracking.rule_inputs import terms_snapshot
from tracking.selectors.balances import tiers_snapshot
from tracking.services import claim_orders, prove_contact


def connect() -> None:
    """Wire the handlers; called once at start-up."""
    email_confirmed.connect(_claim_orders, dispatch_uid="tracking.claim_orders")
    for signal in (post_save, post_delete):
        for model in (ProductTerms, PartTerms):
            signal.connect(terms_snapshot.forget, sender=model, dispatch_uid=f"tracking.terms.{model.__name__}")
        signal.connect(tiers_snapshot.forget, sender=LoyaltyTier, dispatch_uid="tracking.tiers")
        # The rules of segments name them.
        signal.connect(forget_segments, sender=LoyaltyTier, dispatch_uid="tracking.segments")


def guard_history(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Put the append-only triggers back: SQLite loses them whenever a migration rebuilds a table."""
    connection = connections[using]
    if sender.get_model("TrackingEvent")._meta.db_table in connection.introspection.table_names():
        install_guards(connection)


def _claim_orders(request: HttpRequest, email_address: Any, **kwargs: Any) -> None:
    claim_orders(user=email_address.user)
    prove_contact(user=email_address.user, contact=email_address.email)
