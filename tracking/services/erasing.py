"""Taking orders away with their history."""

from django.db import connection

from tracking.append_only import history_unlocked
from tracking.models import ClaimEvent, Order, OrderEvent, TrackingEvent, WarrantyClaim


def erase_orders(*, source: str) -> int:
    """Delete every order of `source` with its history and return how many there were.

    For a demo that moves its dates or a trial import that went wrong; everyday corrections are events. Events go
    by plain SQL, because their models refuse on purpose.
    """
    with history_unlocked(connection):
        orders = Order.objects.filter(source=source)
        claims = WarrantyClaim.objects.filter(warranty__order_line__order__in=orders)
        ClaimEvent._base_manager.filter(claim__in=claims)._raw_delete(connection.alias)
        claims.delete()
        for model, link in ((TrackingEvent, "shipment__order__in"), (OrderEvent, "order__in")):
            model._base_manager.filter(**{link: orders})._raw_delete(connection.alias)
        return orders.delete()[1].get(Order._meta.label, 0)
