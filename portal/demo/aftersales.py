"""What the demo shop promises after the sale, and what its customers made of it: a return, a claim, points, levels.

The rules are those of the demo's policy pages and of its article about points. Points stay on their days when the
demo is refreshed: a ledger is never rewritten.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.demo.orders import CATALOGUE, EXTRAS
from portal.models import User
from tracking import selectors
from tracking.services import (
    Choice,
    ClaimStatus,
    Condition,
    EventPayload,
    LedgerKind,
    NewTerms,
    NewTier,
    ParcelEvent,
    Remedy,
    ReturnReason,
    account_of_user,
    add_terms,
    add_tiers,
    approve_return,
    attach_return_parcel,
    award_points,
    expire_points,
    move_claim,
    open_claim,
    prove_contact,
    record_events,
    redeem_points,
    request_return,
)

CUSTOMERS = ("khach@nhamay.example", "khach2@nhamay.example")
AGENT = "hotro@nhamay.example"
RETURNED, CLAIMED = "NM-J330", "NM-W85"
DONG_PER_POINT = 10_000
USABLE_AFTER_DAYS = 15
LASTS_DAYS = 365

TERMS = (
    NewTerms("", return_days=15, opened_fee_percent=10, warranty_months=12),
    *(
        NewTerms(
            code,
            return_days=15,
            opened_fee_percent=10,
            removal_fee_amount=fee,
            warranty_months=24,
            parts=((*part, 120),),
        )
        for code, fee, part in (
            ("NM-W85", 150_000, ("Động cơ", "Motor")),
            ("NM-T100", 150_000, ("Động cơ", "Motor")),
            ("NM-A12", 300_000, ("Máy nén", "Compressor")),
        )
    ),
    NewTerms("NM-R9", return_days=15, opened_fee_percent=10, removal_fee_amount=150_000, warranty_months=12),
    NewTerms("NM-S7", return_days=15, opened_fee_percent=10, warranty_months=12, parts=(("Pin", "Battery", 6),)),
    # Filters, toner and other supplies: back only unopened, and no warranty.
    *(NewTerms(f"{code}-PK", return_days=15, accepts_opened=False, warranty_months=0) for code in EXTRAS),
)
TIERS = (
    NewTier("may-trang", 0, ("Mây Trắng", "White Cloud"), ("Tích điểm cho mọi món hàng.", "Points for every article.")),
    NewTier(
        "may-hong",
        20_000_000,
        ("Mây Hồng", "Pink Cloud"),
        (
            "Giao hàng nhỏ miễn phí từ 300.000 ₫, giảm 5 % giá linh kiện.",
            "Small parcels free from 300,000 ₫, 5% off spare parts.",
        ),
    ),
    NewTier(
        "may-vang",
        50_000_000,
        ("Mây Vàng", "Golden Cloud"),
        (
            "Giao hàng nhỏ luôn miễn phí, giảm 10 % giá linh kiện, thợ đến trước.",
            "Small parcels always free, 10% off spare parts, fitters come first.",
        ),
    ),
)
# Points of older orders: who, product, days since the delivery.
AWARDS = (
    (CUSTOMERS[0], "NM-W85", 412),
    (CUSTOMERS[0], "NM-S7", 352),
    (CUSTOMERS[0], "NM-R9", 171),
    (CUSTOMERS[0], "NM-A12", 5),
    (CUSTOMERS[1], "NM-L210", 236),
    (CUSTOMERS[1], "NM-F6", 30),
)


def load(refresh: bool) -> None:
    """Make the rules and what happened by them, unless they are there; what editors changed stays."""
    add_terms(TERMS)
    add_tiers(TIERS)
    users = {user.email: user for user in User.objects.filter(email__in=[*CUSTOMERS, AGENT])}
    if len(users) < len(CUSTOMERS) + 1:
        return
    for email in CUSTOMERS:
        prove_contact(user=users[email], contact=email)
    _earn(users)
    _send_back(users[CUSTOMERS[0]], users[AGENT])
    _claim(users[CUSTOMERS[0]], users[AGENT])


def _earn(users: dict[str, User]) -> None:
    today = timezone.localdate()
    for email, code, days in AWARDS:
        title, price = CATALOGUE[code]
        credited = today - timedelta(days=days - USABLE_AFTER_DAYS)
        award_points(
            owner=account_of_user(user=users[email]),
            points=price // DONG_PER_POINT,
            usable_from=credited,
            expires_on=credited + timedelta(days=LASTS_DAYS),
            key=f"demo:award:{email}:{code}",
            text=title,
            occurred_at=timezone.now() - timedelta(days=days),
        )
    owner = account_of_user(user=users[CUSTOMERS[0]])
    award_points(
        owner=owner,
        points=100,
        usable_from=today - timedelta(days=60),
        expires_on=today + timedelta(days=12),
        key="demo:gift:khach",
        kind=LedgerKind.GIFT,
        text="Quà sinh nhật",
    )
    redeem_points(owner=owner, points=120, key="demo:redeem:khach", text="Bộ chổi và khăn lau S7")
    expire_points(today=today)


def _send_back(customer: User, agent: User) -> None:
    """The ink-jet printer prints stripes: asked for three days ago, agreed, on its way back."""
    now = timezone.now()
    if selectors.returns_of(customer):
        return
    reference = selectors.delivered_order_of(customer, RETURNED)
    if reference is None:
        return
    line = selectors.return_options(reference)[0]
    request = request_return(
        reference=reference,
        choices=[Choice(line.line_id, 1, ReturnReason.DEFECTIVE, Condition.OPENED)],
        remedy=Remedy.REFUND,
        request_key="demo",
        user=customer,
        comment="Bản in bị sọc dù đã làm sạch đầu phun.",
        at=now - timedelta(hours=70),
    )
    approve_return(
        number=request.number, actor=agent, text="Hẹn lấy hàng tại nhà trong hai ngày.", at=now - timedelta(hours=50)
    )
    number = f"GHT{request.number.removeprefix('DT-')}"
    attach_return_parcel(number=request.number, carrier="ghtk", tracking_number=number, actor=agent)
    steps = ((40, "2", ""), (26, "123", ""), (10, "3", "Kho GHTK Đồi Chè"))
    record_events(
        [
            ParcelEvent("ghtk", number, EventPayload(occurred_at=now - timedelta(hours=ago), code=code, place=place))
            for ago, code, place in steps
        ],
        source="demo",
    )


def _claim(customer: User, agent: User) -> None:
    washers = [row for row in selectors.warranties_of(customer) if row.product_code == CLAIMED and row.warranty_id]
    if not washers or washers[0].claims or washers[0].warranty_id is None:
        return
    claim = open_claim(
        warranty_id=washers[0].warranty_id,
        user=customer,
        fault="Máy rung mạnh và kêu to khi vắt, dù đã cân chỉnh chân.",
        request_key="demo",
    )
    move_claim(number=claim.number, status=ClaimStatus.ACCEPTED, actor=agent, text="Thợ đến chiều thứ Bảy.")
