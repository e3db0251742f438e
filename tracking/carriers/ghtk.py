"""GHTK (Giao Hàng Tiết Kiệm).

Codes: the status table of GHTK's public API documentation (docs.giaohangtietkiem.vn) as public integrations and
Haravan read it. Two integrations contradict each other on 5 and 9; ours follows GHTK's own table: 5 is delivered,
9 is undeliverable. Confirm against the contract when a shop joins.
"""

from tracking.carriers.base import Carrier, Meaning
from tracking.statuses import Flag, Reason, Status

CARRIER = Carrier(
    code="ghtk",
    name="Giao Hàng Tiết Kiệm",
    tracking_url="https://i.ghtk.vn/{number}",
    meanings={
        "-1": Meaning(Status.CANCELLED),
        "1": Meaning(Status.PRE_TRANSIT),
        "2": Meaning(Status.PRE_TRANSIT),
        "12": Meaning(Status.PRE_TRANSIT),
        "3": Meaning(Status.IN_TRANSIT),
        "123": Meaning(Status.PICKED_UP),
        "4": Meaning(Status.OUT_FOR_DELIVERY),
        "5": Meaning(Status.DELIVERED),
        "6": Meaning(Status.DELIVERED, flags=(Flag.COD_COLLECTED, Flag.COD_SETTLED)),
        "7": Meaning(Status.PICKUP_FAILED, reason=Reason.SELLER),
        "127": Meaning(Status.PICKUP_FAILED, reason=Reason.SELLER),
        "8": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.CARRIER),
        "128": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.CARRIER),
        "10": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.CARRIER),
        "410": Meaning(None, flags=(Flag.DELAYED,), reason=Reason.CARRIER),
        "9": Meaning(Status.AWAITING_RETURN, reason=Reason.RECIPIENT),
        "11": Meaning(Status.RETURNED, flags=(Flag.COD_SETTLED,)),
        # Compensated: the accompanying text says whether it was lost or broken.
        "13": Meaning(Status.EXCEPTION, reason=Reason.CARRIER),
        "20": Meaning(Status.RETURNING),
        "21": Meaning(Status.RETURNED),
        "45": Meaning(Status.DELIVERED_REPORTED),
        "49": Meaning(Status.ATTEMPT_FAILED, reason=Reason.RECIPIENT),
        "return_part_package": Meaning(Status.DELIVERED, flags=(Flag.PARTIAL,)),
    },
)
