"""Every write of tracking. `ingest_orders` is the single door for orders, `record_events` for news of parcels.

The payload types are named here too, with the choices they take, because whoever calls the door has to build them.
"""

from tracking.models import Direction
from tracking.payloads import EventPayload, LinePayload, OrderEventPayload, OrderPayload, ShipmentPayload
from tracking.services.access import (
    CODE_MINUTES,
    CodeOutcome,
    OrderHasNoMailbox,
    grant_link,
    note_opening,
    redeem_code,
    revoke_all,
    revoke_link,
    send_code,
    send_link,
)
from tracking.services.claiming import claim_orders
from tracking.services.erasing import erase_orders
from tracking.services.events import EventResult, ParcelEvent, record_events
from tracking.services.ingest import IngestResult, ItemResult, ingest_orders
from tracking.services.state import refresh_state, stale_orders
from tracking.statuses import OrderEventKind, Reason

__all__ = [
    "CODE_MINUTES",
    "CodeOutcome",
    "Direction",
    "EventPayload",
    "EventResult",
    "IngestResult",
    "ItemResult",
    "LinePayload",
    "OrderEventKind",
    "OrderEventPayload",
    "OrderHasNoMailbox",
    "OrderPayload",
    "ParcelEvent",
    "Reason",
    "ShipmentPayload",
    "claim_orders",
    "erase_orders",
    "grant_link",
    "ingest_orders",
    "note_opening",
    "record_events",
    "redeem_code",
    "refresh_state",
    "revoke_all",
    "revoke_link",
    "send_code",
    "send_link",
    "stale_orders",
]
