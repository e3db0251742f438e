"""Which article of the demo shop helps with which order. Some situations stay open, so that the table has work."""

from kb.services.order_help import map_orders_to_articles
from personalization.situations import Situation

LINES = [
    (Situation("placed"), "nm-tai-khoan-tra-cuu-don"),
    (Situation("pre_transit"), "nm-giao-hang-thoi-gian-phi"),
    (Situation("picked_up"), "nm-giao-hang-thoi-gian-phi"),
    (Situation("in_transit"), "nm-giao-hang-thoi-gian-phi"),
    (Situation("delayed"), "nm-giao-hang-thoi-gian-phi"),
    (Situation("out_for_delivery"), "nm-giao-hang-kiem-tra"),
    (Situation("out_for_delivery"), "nm-giao-hang-lua-dao"),
    (Situation("out_for_delivery", product_code="NM-A12"), "nm-giao-hang-lap-dat"),
    (Situation("attempt_failed"), "nm-giao-hang-that-bai"),
    (Situation("ready_for_pickup"), "nm-giao-hang-that-bai"),
    (Situation("awaiting_return"), "nm-giao-hang-that-bai"),
    (Situation("damaged"), "nm-doi-tra-gui-hang"),
    (Situation("delivered"), "nm-doi-tra-gui-hang"),
    (Situation("delivered", product_code="NM-F6"), "nm-noi-chien-dung-lan-dau"),
    (Situation("delivered", product_code="NM-S7"), "nm-robot-s7-lap-ban-do"),
    (Situation("return_in_progress"), "nm-doi-tra-tien-hoan"),
    (Situation("returning"), "nm-doi-tra-tien-hoan"),
]


def load(refresh: bool) -> None:
    """Store the lines that are missing; lines of the editors stay."""
    map_orders_to_articles(LINES, language="vi")
