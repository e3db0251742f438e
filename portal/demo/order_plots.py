"""What happens to the demo's orders: plots told in hours before now, and who is cast in which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

HUBS = {"ghn": "Kho GHN Bình Nguyên", "ghtk": "Kho GHTK Đồi Chè", "viettel_post": "Trung tâm Viettel Post Sông Lặng"}

# The carriers' own codes for the usual journey; tracking translates them, which the demo is meant to show.
JOURNEY = {
    "ghn": ("ready_to_pick", "picked", "transporting", "delivering", "delivered", "delivery_fail"),
    "ghtk": ("2", "123", "3", "4", "5", "49"),
    "viettel_post": ("103", "105", "300", "500", "501", "506"),
    "own_delivery": ("pre_transit", "picked_up", "in_transit", "out_for_delivery", "delivered", "attempt_failed"),
}
READY, PICKED, MOVING, OUT, DELIVERED, FAILED = range(6)
ARRIVED = "Giao hàng thành công"
_WORDS = (
    "Đã tiếp nhận yêu cầu lấy hàng", "Đã lấy hàng", "Đang luân chuyển", "Đang giao hàng", ARRIVED,
    "Giao hàng không thành công: khách không nghe máy",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One report; `expected_in_days` is a range counted from today, `corrects` the number of a step it cancels."""

    hours_ago: float
    code: str
    place: str = ""
    text: str = ""
    reason: str = ""
    expected_in_days: tuple[int, int] | None = None
    corrects: int = 0


@dataclass(frozen=True)
class Parcel:
    """One parcel; `contents` maps line keys to quantities, empty = the only parcel carries everything."""

    carrier: str
    steps: tuple[Step, ...]
    contents: dict[str, int] = field(default_factory=dict)
    # The fulfillment it belongs to, by its key; empty where the shop does not say.
    fulfillment: str = ""


@dataclass(frozen=True)
class Hold:
    """Pieces that leave together, and why they have not; `planned_in_days` is counted from today."""

    key: str
    contents: dict[str, int]
    reason: str = ""
    planned_in_days: int = 0


@dataclass(frozen=True)
class Plot:
    """One story; `order_steps` are (kind, hours ago, text) of the order itself."""

    placed_hours_ago: float
    promised_in_days: int
    parcels: tuple[Parcel, ...] = ()
    order_steps: tuple[tuple[str, float, str], ...] = ()
    pieces: int = 1
    is_cash: bool = False
    holds: tuple[Hold, ...] = ()
    # When the shop begins to pack; None: the customer may change the order until the carrier has it.
    changes_in_hours: float | None = None


def _journey(carrier: str, *stages: tuple[int, float], more: Iterable[Step] = (), **parcel: object) -> Parcel:
    """A parcel that reached `stages` (stage, hours ago) with the carrier's codes, and then what `more` tells."""
    steps = [
        Step(
            hours_ago,
            JOURNEY[carrier][stage],
            place=HUBS.get(carrier, "Xe giao hàng Nhà Mây") if stage in (PICKED, MOVING, OUT) else "",
            text=_WORDS[stage],
            reason="recipient" if stage == FAILED else "",
        )
        for stage, hours_ago in stages
    ]
    return Parcel(carrier, (*steps, *more), **parcel)  # type: ignore[arg-type]  # fields of a parcel


def _expected(parcel: Parcel, first: int, last: int) -> Parcel:
    """The same parcel, whose last report promises a day between `first` and `last` days from now."""
    return replace(parcel, steps=(*parcel.steps[:-1], replace(parcel.steps[-1], expected_in_days=(first, last))))


def placed(hours: float) -> Plot:
    return Plot(hours, promised_in_days=4, changes_in_hours=6)


def processing(carrier: str, hours: float) -> Plot:
    return Plot(
        hours, 3, (_journey(carrier, (READY, hours / 3)),), (("confirmed", hours - 1, ""),), is_cash=carrier == "ghtk"
    )


def on_the_way(carrier: str, days: int, *, first: int = 1, last: int = 2) -> Plot:
    start = days * 24
    stages = ((READY, start - 3), (PICKED, start - 8), (MOVING, start - 20))
    return Plot(start, last, (_expected(_journey(carrier, *stages), first, last),), (("paid", start - 0.2, ""),))


def out_today(carrier: str) -> Plot:
    stages = ((READY, 62), (PICKED, 55), (MOVING, 30), (OUT, 2))
    return Plot(66, 0, (_expected(_journey(carrier, *stages), 0, 0),), is_cash=True)


def attempt_failed(carrier: str, attempts: int = 1) -> Plot:
    stages = [(READY, 90), (PICKED, 84), (MOVING, 60), (OUT, 28), (FAILED, 24)]
    if attempts > 1:
        stages += [(OUT, 6), (FAILED, 2)]
    return Plot(96, 1, (_journey(carrier, *stages),), is_cash=True)


def late(carrier: str, reason: str, code: str, words: str) -> Plot:
    news = Step(20, code, place=HUBS.get(carrier, ""), text=words, reason=reason, expected_in_days=(1, 3))
    return Plot(170, -1, (_journey(carrier, (READY, 160), (PICKED, 150), (MOVING, 120), more=[news]),))


def ready_for_pickup() -> Plot:
    news = Step(5, "507", place="Bưu cục Viettel Post Bến Lau", text="Chờ khách đến nhận tại bưu cục")
    return Plot(80, 1, (_journey("viettel_post", (READY, 74), (PICKED, 66), (MOVING, 40), more=[news]),))


def partly_delivered(carrier: str) -> Plot:
    return Plot(
        100,
        2,
        (
            _journey(
                carrier, (READY, 94), (PICKED, 88), (MOVING, 60), (OUT, 30), (DELIVERED, 26), contents={"1": 1, "2": 1}
            ),
            _expected(_journey("ghtk", (READY, 60), (PICKED, 50), (MOVING, 20), contents={"2": 1}), 1, 2),
        ),
        pieces=3,
    )


def partly_shipped() -> Plot:
    return Plot(
        50,
        4,
        (
            _expected(
                _journey("ghn", (READY, 44), (PICKED, 30), (MOVING, 9), contents={"1": 1}, fulfillment="may"), 1, 2
            ),
            _journey("own_delivery", (READY, 20), contents={"2": 2}, fulfillment="phu-kien"),
        ),
        (("paid", 49, ""), ("note", 20, "Phụ kiện về kho ngày mai, gửi riêng, bạn không trả thêm phí.")),
        pieces=3,
        holds=(Hold("may", {"1": 1}), Hold("phu-kien", {"2": 2}, "out_of_stock", 1)),
    )


def delivered(carrier: str, days: float) -> Plot:
    end = days * 24
    stages = ((READY, end + 70), (PICKED, end + 64), (MOVING, end + 40), (OUT, end + 4), (DELIVERED, end))
    return Plot(end + 76, -int(days), (_journey(carrier, *stages),), (("paid", end + 75, ""),))


def delivered_in_three() -> Plot:
    parcels = tuple(
        _journey(
            carrier, (READY, 200), (PICKED, 190), (MOVING, 160), (OUT, 110 + at), (DELIVERED, 104 + at), contents=held
        )
        for at, (carrier, held) in enumerate((("own_delivery", {"1": 1}), ("ghn", {"2": 1}), ("ghtk", {"2": 1})))
    )
    return Plot(210, -4, parcels, (("paid", 209, ""),), pieces=3)


def returning(carrier: str = "ghn", *, is_back: bool = False) -> Plot:
    news = [Step(40, "waiting_to_return", text="Chờ trả hàng: giao ba lần không thành công", reason="recipient"),
            Step(20, "returning", place=HUBS["ghn"], text="Đang trả hàng")]  # fmt: skip
    if is_back:
        news.append(Step(6, "returned", place="Kho Nhà Mây", text="Đã trả hàng cho người gửi"))
    stages = ((READY, 190), (PICKED, 180), (MOVING, 150), (OUT, 100), (FAILED, 96), (OUT, 76), (FAILED, 72))
    return Plot(200, -2, (_journey(carrier, *stages, more=news),), is_cash=True)


def sent_back_by_customer() -> Plot:
    """Delivered within the time for returns; `aftersales` tells how it goes back."""
    return delivered("ghn", 6)


def ended_badly(code: str, words: str, order_steps: tuple[tuple[str, float, str], ...] = ()) -> Plot:
    news = Step(30, code, place=HUBS["ghn"], text=words, reason="carrier")
    return Plot(160, -1, (_journey("ghn", (READY, 150), (PICKED, 140), (MOVING, 100), more=[news]),), order_steps)


def cancelled(*, after_preparing: bool) -> Plot:
    parcels = (_journey("ghn", (READY, 60), more=[Step(50, "cancel", text="Hủy lấy hàng")]),) if after_preparing else ()
    return Plot(72, 1, parcels, (("cancelled", 50, "Bạn đã yêu cầu hủy đơn."),))


def unknown_code() -> Plot:
    news = Step(4, "handover_drone", text="Chuyển sang phương thức giao mới")
    return Plot(70, 1, (_journey("ghn", (READY, 64), (PICKED, 58), (MOVING, 30), more=[news]),))


def reported_delivered() -> Plot:
    news = Step(3, "45", text="Shipper báo đã giao")
    return Plot(80, 0, (_journey("ghtk", (READY, 74), (PICKED, 66), (MOVING, 40), (OUT, 7), more=[news]),))


def corrected() -> Plot:
    """Reported as delivered by mistake; the carrier took it back."""
    news = [Step(9, "delivered", text=ARRIVED), Step(7, "transporting", place=HUBS["ghn"],
            text="Đính chính: quét nhầm mã, hàng còn trên đường", corrects=4, expected_in_days=(1, 1))]  # fmt: skip
    return Plot(90, 1, (_journey("ghn", (READY, 84), (PICKED, 76), (MOVING, 40), more=news),))


_RAIN = ("weather", "delayed_weather", "Mưa lớn, xe tải dừng chờ")
_FLOOD = ("weather", "10", "Hoãn giao do ngập đường")
_QUEUE = ("carrier", "410", "Kho quá tải, giao chậm")
_REFUND = (("refunded", 4, "Đã hoàn tiền về tài khoản của bạn."),)

# (who, plot, product or "" for any); NM-10001 is the first. 15 belong to khach@, 8 to khach2@.
CAST: list[tuple[str, Plot, str]] = [
    ("sample", on_the_way("ghn", 3), "NM-F6"),
    ("khach", on_the_way("ghn", 2), "NM-S7"),
    ("khach", out_today("ghtk"), "NM-F6"),
    ("khach", late("ghtk", *_FLOOD), "NM-A12"),
    ("khach", partly_delivered("ghn"), "NM-R9"),
    ("khach", attempt_failed("ghn"), "NM-J330"),
    ("khach", processing("viettel_post", 20), "NM-T100"),
    ("khach", placed(2), "NM-L210"),
    ("khach", delivered("ghn", 2), "NM-F6"),
    ("khach", delivered("own_delivery", 5), "NM-A12"),
    ("khach", delivered("own_delivery", 171), "NM-R9"),
    ("khach", delivered("own_delivery", 412), "NM-W85"),
    ("khach", sent_back_by_customer(), "NM-J330"),
    ("khach", cancelled(after_preparing=True), "NM-S7"),
    ("khach", delivered_in_three(), "NM-L210"),
    ("khach2", on_the_way("viettel_post", 3), "NM-L210"),
    ("khach2", ready_for_pickup(), "NM-J330"),
    ("khach2", delivered("own_delivery", 236), "NM-L210"),
    ("khach2", delivered("ghtk", 30), "NM-F6"),
    ("khach2", ended_badly("lost", "Thất lạc bưu kiện"), "NM-S7"),
    ("khach2", partly_shipped(), "NM-L210"),
    ("khach2", cancelled(after_preparing=False), "NM-W85"),
    ("khach2", returning(is_back=True), "NM-T100"),
    *(("guest", placed(hours), "") for hours in (1, 5, 9)),
    *(("guest", processing(carrier, hours), "") for carrier, hours in (("ghn", 14), ("ghtk", 26), ("own_delivery", 18))),
    *(("guest", on_the_way(carrier, days), "") for carrier, days in (("ghn", 2), ("ghtk", 3), ("viettel_post", 4), ("own_delivery", 2))),
    *(("guest", out_today(carrier), "") for carrier in ("ghn", "viettel_post", "own_delivery")),
    ("guest", attempt_failed("ghtk"), ""),
    ("guest", attempt_failed("viettel_post", attempts=2), ""),
    ("guest", late("own_delivery", *_RAIN), "NM-W85"),
    ("guest", late("ghtk", *_QUEUE), ""),
    ("guest", ready_for_pickup(), ""),
    ("guest", partly_delivered("viettel_post"), "NM-S7"),
    ("guest", partly_shipped(), "NM-R9"),
    *(("guest", delivered(carrier, days), "") for carrier, days in (("ghn", 1), ("ghtk", 3), ("viettel_post", 8), ("ghn", 20), ("own_delivery", 45))),
    ("guest", returning(), ""),
    ("guest", returning(is_back=True), ""),
    ("guest", ended_badly("lost", "Thất lạc bưu kiện", _REFUND), ""),
    ("guest", ended_badly("damaged", "Hàng móp vỡ khi vận chuyển"), "NM-W85"),
    ("guest", ended_badly("exception", "Sự cố tại kho, đang kiểm tra"), ""),
    ("guest", cancelled(after_preparing=False), ""),
    ("guest", unknown_code(), ""),
    ("guest", unknown_code(), ""),
    ("guest", reported_delivered(), ""),
    ("guest", corrected(), ""),
    ("guest", on_the_way("ghtk", 2), "NM-R9"),
    ("guest", delivered("viettel_post", 4), "NM-J330"),
    ("khach", delivered("own_delivery", 352), "NM-S7"),
]  # fmt: skip
