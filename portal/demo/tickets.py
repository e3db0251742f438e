"""Questions of the demo shop's customers, in every state, with what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.demo.people import DEMO_EMAIL_DOMAIN
from portal.models import User
from support.services import NewTicket, SaidBefore, TicketStatus, find_submission, record_conversation

AGENT_EMAIL = f"hotro@{DEMO_EMAIL_DOMAIN}"


@dataclass(frozen=True)
class Plot:
    """One conversation; it began `hours_ago`, and each of `answers` follows five hours after what precedes it."""

    key: str
    name: str
    email: str
    subject: str
    question: str
    hours_ago: int
    status: TicketStatus = TicketStatus.OPEN
    # ("us" | "them" | "note", text)
    answers: tuple[tuple[str, str], ...] = ()
    language: str = "vi"
    order_reference: str = ""
    search_query: str = ""
    phone: str = ""


KHACH = ("Nguyễn Thu An", f"khach@{DEMO_EMAIL_DOMAIN}")
KHACH_2 = ("Trần Minh Bình", f"khach2@{DEMO_EMAIL_DOMAIN}")

PLOTS = (
    Plot(
        "drum-noise",
        *KHACH,
        "Máy giặt W85 kêu lạch cạch khi vắt",
        "Từ hôm qua máy W85 nhà tôi kêu lạch cạch mỗi lần vắt, càng vắt nhanh càng to. Tôi đã lấy hết đồ ra và quay "
        "thử lồng bằng tay thì không nghe gì. Có phải vật lạ kẹt bên dưới không?",
        hours_ago=9,
        search_query="máy giặt kêu lạch cạch",
    ),
    Plot(
        "filter-order",
        *KHACH,
        "Mua lõi lọc cho máy R9",
        "Máy lọc nước R9 của tôi báo thay lõi số 1 và số 2. Tôi muốn đặt cả bộ, giao buổi tối được không?",
        hours_ago=52,
        status=TicketStatus.ANSWERED,
        answers=(
            (
                "us",
                "Chào bạn An, bộ lõi số 1, 2, 3 cho R9 đang có sẵn. Bạn đặt ở mục Linh kiện và chọn khung giờ 18–21 giờ "
                "khi thanh toán nhé. Máy dùng được hai tháng nữa với lõi hiện tại nếu nước đầu vào không đục.",
            ),
        ),
    ),
    Plot(
        "toner-smudge",
        *KHACH_2,
        "Máy in L210 in bị lem mực mép phải",
        "Trang nào cũng có vệt lem dọc mép phải, rộng khoảng 5 mm. Tôi mới thay hộp mực chính hãng tuần trước.",
        hours_ago=30,
        answers=(
            ("us", "Bạn chạy chức năng Làm sạch trục sấy hai lần rồi in thử giúp mình nhé."),
            ("them", "Mình đã chạy hai lần, vệt mờ hơn nhưng vẫn còn."),
            ("note", "Nghi trục sấy. Nếu khách đồng ý thì hẹn kỹ thuật, còn bảo hành đến tháng 3."),
        ),
    ),
    Plot(
        "late-parcel",
        "Phan Ngọc Lan",
        "lan.phan@example.com",
        "Đơn NM-10004 chưa thấy giao",
        "Đơn của tôi báo đang trên đường ba ngày rồi không cập nhật. Cuối tuần này tôi đi vắng, nhờ kiểm tra giúp.",
        hours_ago=5,
        order_reference="NM-10004",
    ),
    Plot(
        "invoice",
        "Công ty Hạt Sương",
        "ketoan@hatsuong.example.com",
        "Xuất lại hóa đơn sai mã số thuế",
        "Hóa đơn tháng này ghi nhầm một chữ số trong mã số thuế của công ty. Nhờ Nhà Mây điều chỉnh trước ngày 25.",
        hours_ago=120,
        status=TicketStatus.SOLVED,
        answers=(
            (
                "us",
                "Chào anh chị, bên mình đã lập hóa đơn điều chỉnh và gửi vào email này. Nhờ anh chị kiểm tra lại giúp.",
            ),
            ("them", "Đã nhận và đúng rồi, cảm ơn bạn."),
        ),
    ),
    Plot(
        "cooling",
        "Đặng Văn Sơn",
        "son.dang@example.com",
        "Điều hòa A12 chảy nước trong nhà",
        "Dàn lạnh nhỏ nước xuống tường sau khi bật khoảng một giờ. Máy lắp từ hè năm ngoái, chưa vệ sinh lần nào.",
        hours_ago=76,
        status=TicketStatus.ANSWERED,
        answers=(
            (
                "us",
                "Chào bạn Sơn, nguyên nhân hay gặp nhất là ống thoát nước bị bụi bịt lại. Bạn tắt máy, rửa lưới lọc theo "
                "bài hướng dẫn, rồi thổi thông ống thoát từ phía ngoài. Nếu nước vẫn nhỏ, bạn trả lời thư này để bên mình hẹn thợ.",
            ),
        ),
    ),
    Plot(
        "robot-stairs",
        "Vũ Khánh Linh",
        "linh.vu@example.com",
        "Robot S7 dừng giữa phòng báo lỗi cảm biến",
        "Robot chạy được năm phút thì dừng và báo lỗi cảm biến chống rơi, dù nhà không có bậc thềm. Sàn màu đen.",
        hours_ago=200,
        status=TicketStatus.CLOSED,
        answers=(
            (
                "us",
                "Sàn đen bóng làm cảm biến tưởng là mép bậc. Bạn lau bốn mắt cảm biến và bật chế độ Sàn tối trong ứng dụng.",
            ),
            ("them", "Bật xong chạy ổn, cảm ơn."),
        ),
    ),
    Plot(
        "return-fryer",
        "Hoàng Gia Bảo",
        "bao.hoang@example.com",
        "Đổi nồi chiên F6 sang màu khác",
        "Tôi đặt nhầm màu trắng, hộp còn nguyên seal. Có đổi sang màu đen được không và ai trả phí gửi lại?",
        hours_ago=2,
        search_query="đổi màu sản phẩm",
        phone="+84912345678",
    ),
    Plot(
        "english-warranty",
        "Emma Clarke",
        "emma.clarke@example.com",
        "Warranty after moving to another city",
        "We bought the T100 in Hà Nội and moved to Đà Nẵng. Does the warranty still cover a visit at home there?",
        hours_ago=26,
        status=TicketStatus.ANSWERED,
        language="en",
        answers=(
            (
                "us",
                "Hello Emma, yes: the warranty goes with the machine. Reply with your new address and a day that suits you.",
            ),
        ),
    ),
)


@transaction.atomic
def load(refresh: bool) -> None:
    """Record the conversations that are missing; `refresh` moves their times to today's. Sends no letter."""
    agent = User.objects.get(email=AGENT_EMAIL)
    users = {user.email: user for user in User.objects.filter(email__in={plot.email for plot in PLOTS})}
    for plot in PLOTS:
        key = f"demo:{plot.key}"
        if refresh or find_submission(key) is None:
            record_conversation(
                new=_question(plot),
                key=key,
                said=_said(plot),
                status=plot.status,
                user=users.get(plot.email),
                agent=agent if plot.answers else None,
            )


def _question(plot: Plot) -> NewTicket:
    return NewTicket(
        language=plot.language,
        name=plot.name,
        email=plot.email,
        subject=plot.subject,
        body=plot.question,
        phone=plot.phone,
        order_reference=plot.order_reference,
        search_query=plot.search_query,
    )


def _said(plot: Plot) -> list[SaidBefore]:
    at = timezone.now() - timedelta(hours=plot.hours_ago)
    said = [SaidBefore(plot.question, at)]
    for speaker, text in plot.answers:
        at += timedelta(hours=5)
        said.append(SaidBefore(text, at, is_ours=speaker != "them", is_internal=speaker == "note"))
    return said
