"""Every write of tracking. `ingest_orders` is the single door for orders, `record_events` for news of parcels.

The payload types are named here too, with the choices they take, because whoever calls the door has to build them.
"""

from tracking.aftersales.changing import ChangeOffer
from tracking.aftersales.returning import Choice
from tracking.aftersales.rewarding import NotEnoughPoints
from tracking.aftersales.states import ClaimStatus, Condition, HoldReason, LedgerKind, Remedy, ReturnReason
from tracking.models import Direction
from tracking.payloads import (
    EventPayload,
    FulfillmentPayload,
    LinePayload,
    OrderEventPayload,
    OrderPayload,
    ShipmentPayload,
)
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
from tracking.services.accounts import (
    NoContact,
    account_of_contact,
    account_of_user,
    forget_customer,
    prove_contact,
)
from tracking.services.auditing import ReasonMissing, broken_links, note_act, note_look
from tracking.services.changes import ChangeRefused, ChangeResult, cancel_order, change_address
from tracking.services.claiming import ClaimRefused, claim_order, claim_orders, claim_to_undo, undo_claim
from tracking.services.erasing import erase_orders
from tracking.services.events import EventResult, ParcelEvent, record_events
from tracking.services.ingest import IngestResult, ItemResult, ingest_orders
from tracking.services.ledger import (
    LedgerConflict,
    LedgerDifference,
    NotEnoughCredit,
    award_points,
    correct_movement,
    expire_points,
    give_back_points,
    ledger_differences,
    move_credit,
    redeem_points,
    revoke_points,
)
from tracking.services.returns import (
    MoveNotAllowed,
    ReturnRefused,
    approve_return,
    attach_return_parcel,
    exchange_return,
    receive_return,
    refund_return,
    reject_return,
    request_return,
    withdraw_return,
)
from tracking.services.state import refresh_state, stale_orders
from tracking.services.terms import NewTerms, NewTier, add_terms, add_tiers
from tracking.services.warranties import (
    NotCovered,
    TooManyRegistrations,
    confirm_registration,
    move_claim,
    open_claim,
    refuse_registration,
    register_product,
    unregister_product,
    warranty_of_line,
)
from tracking.statuses import OrderEventKind, Reason

__all__ = [
    "CODE_MINUTES",
    "ChangeOffer",
    "ChangeRefused",
    "ChangeResult",
    "Choice",
    "ClaimRefused",
    "ClaimStatus",
    "CodeOutcome",
    "Condition",
    "Direction",
    "EventPayload",
    "EventResult",
    "FulfillmentPayload",
    "HoldReason",
    "IngestResult",
    "ItemResult",
    "LedgerConflict",
    "LedgerDifference",
    "LedgerKind",
    "LinePayload",
    "MoveNotAllowed",
    "NewTerms",
    "NewTier",
    "NoContact",
    "NotCovered",
    "NotEnoughCredit",
    "NotEnoughPoints",
    "OrderEventKind",
    "OrderEventPayload",
    "OrderHasNoMailbox",
    "OrderPayload",
    "ParcelEvent",
    "Reason",
    "ReasonMissing",
    "Remedy",
    "ReturnReason",
    "ReturnRefused",
    "ShipmentPayload",
    "TooManyRegistrations",
    "account_of_contact",
    "account_of_user",
    "add_terms",
    "add_tiers",
    "approve_return",
    "attach_return_parcel",
    "award_points",
    "broken_links",
    "cancel_order",
    "change_address",
    "claim_order",
    "claim_orders",
    "claim_to_undo",
    "confirm_registration",
    "correct_movement",
    "erase_orders",
    "exchange_return",
    "expire_points",
    "forget_customer",
    "give_back_points",
    "grant_link",
    "ingest_orders",
    "ledger_differences",
    "move_claim",
    "move_credit",
    "note_act",
    "note_look",
    "note_opening",
    "open_claim",
    "prove_contact",
    "receive_return",
    "record_events",
    "redeem_code",
    "redeem_points",
    "refresh_state",
    "refund_return",
    "refuse_registration",
    "register_product",
    "reject_return",
    "request_return",
    "revoke_all",
    "revoke_link",
    "revoke_points",
    "send_code",
    "send_link",
    "stale_orders",
    "undo_claim",
    "unregister_product",
    "warranty_of_line",
    "withdraw_return",
]
