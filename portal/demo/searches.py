"""What the readers of the demo shop searched for in the last weeks, and what its editors promote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.utils import timezone

from kb.services import search_history
from kb.services.search_history import FormerPromotion, FormerSearches

# The same counts in every installation.
SEED = 22
DAYS = 60


@dataclass(frozen=True)
class Asked:
    """A search: how often on an ordinary day, how many articles answer, whom it led where and how it grows."""

    query: str
    daily: float
    results: int
    clicked: float = 0.6
    article: str = ""
    position: int = 1
    growth: float = 0.0
    language: str = "vi"


ASKED = (
    Asked("bảo hành", 9, 23, 0.7, "nm-bao-hanh-thoi-han"),
    Asked("phí giao hàng", 8, 21, 0.8, "nm-giao-hang-thoi-gian-phi"),
    Asked("đổi trả", 7, 25, 0.75, "nm-doi-tra-dieu-kien"),
    Asked("hoàn tiền bao lâu", 4, 22, 0.7, "nm-doi-tra-tien-hoan"),
    Asked("máy giặt không vắt", 4, 15, 0.5, "nm-may-giat-khong-xa-nuoc", growth=0.8),
    Asked("máy lạnh không mát", 4, 11, 0.7, "nm-dieu-hoa-khong-mat", growth=-0.9),
    Asked("thay lõi lọc r9", 3, 13, 0.8, "nm-thay-loi-loc-r9"),
    Asked("máy in không nhận wifi", 3, 10, 0.55, "nm-ket-noi-may-in-wifi"),
    Asked("robot không về sạc", 2, 6, 0.6, "nm-robot-s7-khong-ve-tram"),
    Asked("lỗi e18", 2, 3, 0.1, "nm-ma-loi-may-giat-w85", 2),
    Asked("hàng cũ", 2, 42, 0.05),
    Asked("tủ lạnh", 1.5, 19, 0.03),
    Asked("cửa hàng gần nhất", 1.2, 31, 0.15),
    Asked("tivi", 1.4, 0),
    Asked("voucher", 1.1, 0, growth=1.2),
    Asked("momo", 0.9, 0),
    Asked("zalo", 0.7, 0),
    Asked("shopee", 0.4, 0),
    Asked("paper jam", 0.6, 1, 0.8, "nm-may-in-ket-giay-en", language="en"),
    Asked("warranty", 0.8, 12, 0.7, language="en"),
    Asked("dryer", 0.3, 3, 0.0, language="en"),
)
PROMOTIONS = (
    FormerPromotion(
        "vi",
        ("đơn hàng", "tra cứu đơn", "kiểm tra đơn hàng", "đơn của tôi"),
        address="/vi/orders/",
        title="Tra cứu đơn hàng",
        text="Xem đơn đang ở đâu bằng mã đơn và số điện thoại hoặc e-mail, không cần tài khoản.",
        note="Tổng đài: câu hỏi nhiều nhất mỗi ngày.",
    ),
    FormerPromotion(
        "vi",
        ("bảo hành", "thời hạn bảo hành", "bh bao lâu"),
        article="nm-bao-hanh-thoi-han",
        note="Bài này trả lời chín trên mười người tìm “bảo hành”.",
    ),
    FormerPromotion(
        "en",
        ("my order", "order status", "track order"),
        address="/en/orders/",
        title="Look up an order",
        text="See where it is with the order number and the phone number or e-mail address, without an account.",
    ),
)


def load(refresh: bool) -> None:
    """Store counts and promotions that are missing; `refresh` fills the days up to today. Safe to run again."""
    search_history.record_former_searches(list(_searches()), moves_old=refresh)
    search_history.record_former_promotions(PROMOTIONS)


def _searches() -> Iterator[FormerSearches]:
    today = timezone.localdate()
    for asked in ASKED:
        chance = Random(f"{SEED} {asked.query}")  # noqa: S311
        for ago in range(1, DAYS + 1):
            usual = asked.daily * (1 + asked.growth * (DAYS / 2 - ago) / DAYS)
            # A search of every third day is one search on some days and none on the others.
            count = int(usual * chance.uniform(0.5, 1.5) + chance.random())
            if count:
                yield FormerSearches(
                    day=today - timedelta(days=ago),
                    language=asked.language,
                    query=asked.query,
                    searches=count,
                    result_count=asked.results,
                    clicks=sum(chance.random() < asked.clicked for _one in range(count)) if asked.results else 0,
                    article=asked.article,
                    position=asked.position,
                )
