"""GHN (Giao Hàng Nhanh).

Codes: the status list of GHN's public API documentation (api.ghn.vn, "Order status"), with the spellings that
public integrations add (`lost`, `damage` and `damaged`). Confirm against the contract when a shop joins.
"""

from tracking.carriers.base import Carrier, Meaning
from tracking.statuses import Reason, Status

CARRIER = Carrier(
    code="ghn",
    name="Giao Hàng Nhanh",
    tracking_url="https://donhang.ghn.vn/?order_code={number}",
    meanings={
        "ready_to_pick": Meaning(Status.PRE_TRANSIT),
        "picking": Meaning(Status.PRE_TRANSIT),
        "money_collect_picking": Meaning(Status.PRE_TRANSIT),
        "picked": Meaning(Status.PICKED_UP),
        "storing": Meaning(Status.IN_TRANSIT),
        "sorting": Meaning(Status.IN_TRANSIT),
        "transporting": Meaning(Status.IN_TRANSIT),
        "delivering": Meaning(Status.OUT_FOR_DELIVERY),
        "money_collect_delivering": Meaning(Status.OUT_FOR_DELIVERY),
        # Haravan's table leaves delivery_fail unmapped, so its shops show the old status; we do not.
        "delivery_fail": Meaning(Status.ATTEMPT_FAILED, reason=Reason.RECIPIENT),
        "delivered": Meaning(Status.DELIVERED),
        "waiting_to_return": Meaning(Status.AWAITING_RETURN),
        "return": Meaning(Status.RETURNING),
        "return_sorting": Meaning(Status.RETURNING),
        "return_transporting": Meaning(Status.RETURNING),
        "returning": Meaning(Status.RETURNING),
        "returned": Meaning(Status.RETURNED),
        "return_fail": Meaning(Status.EXCEPTION, reason=Reason.SELLER),
        "cancel": Meaning(Status.CANCELLED),
        "exception": Meaning(Status.EXCEPTION, reason=Reason.CARRIER),
        "lost": Meaning(Status.LOST, reason=Reason.CARRIER),
        "damage": Meaning(Status.DAMAGED, reason=Reason.CARRIER),
        "damaged": Meaning(Status.DAMAGED, reason=Reason.CARRIER),
    },
)
