"""The nouns of tracking."""

from tracking.models.access import CODE_TRIES, AccessGrant, GrantKind
from tracking.models.accounts import ContactPoint, CustomerAccount, OrderClaim
from tracking.models.audit import AuditEntry
from tracking.models.events import OrderEvent, SourceRank, TimeConfidence, TrackingEvent
from tracking.models.following import CalendarFeed, OrderSubscription
from tracking.models.fulfillments import Fulfillment, FulfillmentLine
from tracking.models.imports import ImportJob
from tracking.models.ledger import POINTS, LedgerAccount, LedgerEntry, LedgerTransaction, LoyaltyTier, PointsLot
from tracking.models.orders import Order, OrderLine
from tracking.models.returns import AddressChange, ReturnLine, ReturnRequest
from tracking.models.shipments import Direction, Shipment, ShipmentLine
from tracking.models.terms import PartTerms, ProductTerms
from tracking.models.warranty import ClaimEvent, Warranty, WarrantyClaim, WarrantyRegistration

__all__ = [
    "CODE_TRIES",
    "POINTS",
    "AccessGrant",
    "AddressChange",
    "AuditEntry",
    "CalendarFeed",
    "ClaimEvent",
    "ContactPoint",
    "CustomerAccount",
    "Direction",
    "Fulfillment",
    "FulfillmentLine",
    "GrantKind",
    "ImportJob",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "LoyaltyTier",
    "Order",
    "OrderClaim",
    "OrderEvent",
    "OrderLine",
    "OrderSubscription",
    "PartTerms",
    "PointsLot",
    "ProductTerms",
    "ReturnLine",
    "ReturnRequest",
    "Shipment",
    "ShipmentLine",
    "SourceRank",
    "TimeConfidence",
    "TrackingEvent",
    "Warranty",
    "WarrantyClaim",
    "WarrantyRegistration",
]
