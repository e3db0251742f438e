"""Viettel Post.

Codes: the journey codes of Viettel Post's partner API as public integrations and Haravan read them; 101, 107, 201,
501, 503 and 504 are final there. Times arrive day first and without a zone (Asia/Ho_Chi_Minh is assumed). Confirm
against the contract when a shop joins.
"""

from tracking.carriers.base import Carrier, Meaning
from tracking.statuses import Reason, Status

CARRIER = Carrier(
    code="viettel_post",
    name="Viettel Post",
    # Their page takes no number in its address that is documented; the customer types it there.
    tracking_url="https://viettelpost.com.vn/tra-cuu-hanh-trinh-don/",
    meanings={
        **{code: Meaning(Status.PRE_TRANSIT) for code in ("-100", "102", "103", "104")},
        **{code: Meaning(Status.PICKED_UP) for code in ("105", "200")},
        **{code: Meaning(Status.IN_TRANSIT) for code in ("202", "300", "320", "400")},
        **{code: Meaning(Status.OUT_FOR_DELIVERY) for code in ("500", "508")},
        **{code: Meaning(Status.CANCELLED) for code in ("101", "107", "201", "503")},
        **{code: Meaning(Status.RETURNING) for code in ("502", "515")},
        "501": Meaning(Status.DELIVERED),
        "504": Meaning(Status.RETURNED),
        "505": Meaning(Status.AWAITING_RETURN, reason=Reason.RECIPIENT),
        "506": Meaning(Status.ATTEMPT_FAILED, reason=Reason.RECIPIENT),
        "507": Meaning(Status.READY_FOR_PICKUP),
    },
)
