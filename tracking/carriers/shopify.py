"""Shopify: the fulfillment events of a shop that sells there, whoever carries the parcel.

Codes: the enum FulfillmentEventStatus of Shopify's Admin and Customer APIs (shopify.dev, version 2026-10), and the
three more of its unstable version, which shops that take part in previews already send.
"""

from tracking.carriers.base import Carrier, Meaning
from tracking.statuses import Flag, Reason, Status

CARRIER = Carrier(
    code="shopify",
    name="Shopify",
    meanings={
        **dict.fromkeys(("confirmed", "label_purchased", "label_printed"), Meaning(Status.PRE_TRANSIT)),
        "carrier_picked_up": Meaning(Status.PICKED_UP),
        "in_transit": Meaning(Status.IN_TRANSIT),
        "out_for_delivery": Meaning(Status.OUT_FOR_DELIVERY),
        **dict.fromkeys(("ready_for_pickup", "ready_for_recipient_pickup"), Meaning(Status.READY_FOR_PICKUP)),
        "attempted_delivery": Meaning(Status.ATTEMPT_FAILED, reason=Reason.RECIPIENT),
        # PICKED_UP is the customer at the counter, not the carrier at the shop: that is CARRIER_PICKED_UP.
        **dict.fromkeys(("delivered", "picked_up"), Meaning(Status.DELIVERED)),
        "delayed": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.CARRIER),
        "returning_to_sender": Meaning(Status.RETURNING),
        "failure": Meaning(Status.EXCEPTION, reason=Reason.CARRIER),
        "buyer_action_required": Meaning(Status.EXCEPTION, reason=Reason.RECIPIENT),
    },
)
