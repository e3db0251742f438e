"""Segments of the demo shop: what its home pages and some of its articles are aimed at."""

from __future__ import annotations

from personalization.segments.models import Segment
from personalization.segments.rules import ALL, Condition, Rules, write

OWNS = "preferences.owned_products"
FILTER_DUE = "Lõi lọc sắp đến hạn"
PURIFIERS = "Chủ máy lọc nước"
PRINTERS = "Chủ máy in"
WAITING = "Đang chờ hàng"
# Note and rule by name. Articles name them (portal/demo/articles).
SEGMENTS = {
    FILTER_DUE: (
        "Nhắc thay lõi trên trang chủ",
        Rules(ALL, (Condition(OWNS, "any_of", ("NM-R9",)), Condition("kb.due_maintenance", "within", number=21))),
    ),
    PURIFIERS: ("Mã linh kiện trong bài", Rules(ALL, (Condition(OWNS, "any_of", ("NM-R9",)),))),
    PRINTERS: (
        "Mẹo máy in trên trang chủ, mã mực trong bài",
        Rules(ALL, (Condition(OWNS, "any_of", ("NM-L210", "NM-J330")),)),
    ),
    WAITING: (
        "Lối tắt đến đơn hàng trong bài giao hàng",
        Rules(ALL, (Condition("tracking.open_orders", "at_least", number=1),)),
    ),
}


def ensure_segments() -> dict[str, Segment]:
    """Return the segments of the demo by name, making those that are missing; what editors made of the others stays."""
    return {
        name: Segment.objects.get_or_create(name=name, defaults={"note": note, "rules": write(rules)})[0]
        for name, (note, rules) in SEGMENTS.items()
    }
