"""Any other carrier, the shop's own drivers included: whoever reports uses our vocabulary as the code."""

from django.utils.translation import gettext_lazy as _

from tracking.carriers.base import Carrier, Meaning
from tracking.statuses import Flag, Reason, Status

CARRIER = Carrier(
    code="own_delivery",
    name=_("the shop's own delivery"),
    meanings={
        **{status.value: Meaning(status) for status in Status if status != Status.UNKNOWN},
        **{f"delayed_{reason.value}": Meaning(None, flags=(Flag.DELAYED,), reason=reason) for reason in Reason},
    },
)
