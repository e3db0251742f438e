"""The nouns of tracking."""

from tracking.models.events import OrderEvent, SourceRank, TimeConfidence, TrackingEvent
from tracking.models.imports import ImportJob
from tracking.models.orders import Order, OrderLine
from tracking.models.shipments import Direction, Shipment, ShipmentLine

__all__ = [
    "Direction",
    "ImportJob",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Shipment",
    "ShipmentLine",
    "SourceRank",
    "TimeConfidence",
    "TrackingEvent",
]
