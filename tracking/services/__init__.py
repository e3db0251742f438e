"""Every write of tracking. `ingest_orders` is the single door for orders, `record_events` for news of parcels.

The payload types are named here too, because whoever calls the door has to build them.
"""

from tracking.payloads import EventPayload, LinePayload, OrderEventPayload, OrderPayload, ShipmentPayload
from tracking.services.claiming import claim_orders
from tracking.services.erasing import erase_orders
from tracking.services.events import EventResult, ParcelEvent, record_events
from tracking.services.ingest import IngestResult, ItemResult, ingest_orders
from tracking.services.state import refresh_state, stale_orders

__all__ = [
    "EventPayload",
    "EventResult",
    "IngestResult",
    "ItemResult",
    "LinePayload",
    "OrderEventPayload",
    "OrderPayload",
    "ParcelEvent",
    "ShipmentPayload",
    "claim_orders",
    "erase_orders",
    "ingest_orders",
    "record_events",
    "refresh_state",
    "stale_orders",
]
