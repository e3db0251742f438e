"""What tracking does when something happens elsewhere."""

from typing import Any

from allauth.account.signals import email_confirmed
from django.apps import AppConfig
from django.db import connections
from django.http import HttpRequest

from tracking.append_only import install_guards
from tracking.services import claim_orders, prove_contact


def connect() -> None:
    """Wire the handlers; called once at start-up."""
    email_confirmed.connect(_claim_orders, dispatch_uid="tracking.claim_orders")


def guard_history(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Put the append-only triggers back: SQLite loses them whenever a migration rebuilds a table."""
    connection = connections[using]
    if sender.get_model("TrackingEvent")._meta.db_table in connection.introspection.table_names():
        install_guards(connection)


def _claim_orders(request: HttpRequest, email_address: Any, **kwargs: Any) -> None:
    claim_orders(user=email_address.user)
    prove_contact(user=email_address.user, contact=email_address.email)
