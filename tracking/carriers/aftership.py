"""AfterShip: not a carrier but a service that reports for hundreds of them.

Codes: delivery statuses and sub-statuses of AfterShip's public API documentation (aftership.com/docs/tracking,
"Delivery Statuses" and "Delivery Sub-statuses", version 2026-07; 016 to 018 from its help centre, March 2026). A
sub-status says more than its status, so whoever feeds us sends it when there is one.
"""

from tracking.carriers.base import Carrier, Meaning
from tracking.statuses import Flag, Reason, Status

CARRIER = Carrier(
    code="aftership",
    name="AfterShip",
    meanings={
        "pending": Meaning(Status.PRE_TRANSIT),
        **{f"pending_00{at}": Meaning(Status.PRE_TRANSIT) for at in range(1, 7)},
        **dict.fromkeys(("inforeceived", "inforeceived_001"), Meaning(Status.PRE_TRANSIT)),
        **dict.fromkeys(("intransit", "intransit_001"), Meaning(Status.IN_TRANSIT)),
        # "Acceptance scan": the carrier has it in hand.
        "intransit_002": Meaning(Status.PICKED_UP),
        **{f"intransit_00{at}": Meaning(Status.IN_TRANSIT) for at in range(3, 10)},
        **dict.fromkeys(
            ("outfordelivery", "outfordelivery_001", "outfordelivery_003", "outfordelivery_004"),
            Meaning(Status.OUT_FOR_DELIVERY),
        ),
        **dict.fromkeys(("availableforpickup", "availableforpickup_001"), Meaning(Status.READY_FOR_PICKUP)),
        **dict.fromkeys(
            ("attemptfail", "attemptfail_001", "attemptfail_002", "attemptfail_003"),
            Meaning(Status.ATTEMPT_FAILED, reason=Reason.RECIPIENT),
        ),
        **dict.fromkeys(
            ("delivered", "delivered_001", "delivered_002", "delivered_003", "delivered_005"),
            Meaning(Status.DELIVERED),
        ),
        "delivered_004": Meaning(Status.DELIVERED, flags=(Flag.COD_COLLECTED,)),
        **dict.fromkeys(("exception", "exception_001"), Meaning(Status.EXCEPTION, reason=Reason.CARRIER)),
        # Moved, to be paid for, wrong address: the recipient can mend it.
        **dict.fromkeys(
            ("exception_002", "exception_006", "exception_007"), Meaning(Status.EXCEPTION, reason=Reason.RECIPIENT)
        ),
        # Refused, or not collected in time.
        **dict.fromkeys(("exception_003", "exception_008"), Meaning(Status.AWAITING_RETURN, reason=Reason.RECIPIENT)),
        "exception_004": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.CUSTOMS),
        "exception_005": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.OTHER),
        "exception_009": Meaning(Status.EXCEPTION, reason=Reason.SELLER),
        "exception_010": Meaning(Status.RETURNING),
        "exception_011": Meaning(Status.RETURNED),
        "exception_012": Meaning(Status.DAMAGED, reason=Reason.CARRIER),
        "exception_013": Meaning(Status.LOST, reason=Reason.CARRIER),
        "exception_016": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.CARRIER),
        "exception_017": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.WEATHER),
        "exception_018": Meaning(Status.EXCEPTION, reason=Reason.CUSTOMS),
        # No scan for thirty days: no news of the parcel, but of the carrier.
        **dict.fromkeys(("expired", "expired_001"), Meaning(None, flags=(Flag.DELAYED,), reason=Reason.CARRIER)),
    },
)
