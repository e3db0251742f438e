"""What the demo shop says of itself: its settings, the ways to reach it, one notice, one offer."""

from wagtail.models import Locale, Page, Site

from kb import selectors as kb_selectors
from portal.demo.catalogue import Both
from portal.models import NoticeBanner, ShopSettings
from portal.models.notices import NoticeLevel, NoticePlace
from support import services as support_services

LANGUAGES = ("vi", "en")
PARTS_ARTICLE = "nm-linh-kien-dat-mua"
DELIVERY_ARTICLE = "nm-giao-hang-thoi-gian-phi"
HOTLINE = "+8419000000"
EMAIL = "ho-tro@nhamay.example"
HOURS = Both("8:00–21:00 mọi ngày", "8:00–21:00, every day")

# No Zalo: every address there belongs to somebody real.
CHANNELS = [
    ("phone", Both("Tổng đài", "Hotline"), HOTLINE, HOURS),
    ("email", Both("Email", "E-mail"), EMAIL, Both("trả lời trong 24 giờ", "answered within 24 hours")),
    ("form", Both("Gửi câu hỏi", "Send a question"), "", Both("", "")),
]
NOTICE = Both(
    "Mưa bão ở miền Trung: đơn giao tới các tỉnh từ Thanh Hóa đến Bình Thuận có thể chậm 1–2 ngày.",
    "Storms in central Vietnam: parcels to the provinces from Thanh Hóa to Bình Thuận may be 1–2 days late.",
)
OFFER = Both(
    "Bộ lõi lọc cho máy lọc nước NM-R9 giảm 15% trong tháng này.",
    "15% off the filter set for the water purifier NM-R9 this month.",
)


def load(refresh: bool) -> None:
    """Fill in what nobody has filled in; safe to run again, what an administrator wrote stays."""
    _load_settings()
    for language in LANGUAGES:
        for kind, label, value, hours in CHANNELS:
            support_services.ensure_contact_channel(
                kind=kind,
                language=language,
                label=label.in_language(language),
                value=value,
                hours=hours.in_language(language),
            )
    if not NoticeBanner.objects.exists():
        _load_notice(NOTICE, DELIVERY_ARTICLE, place=NoticePlace.ORDERS, level=NoticeLevel.WARNING)
        _load_notice(OFFER, PARTS_ARTICLE, place=NoticePlace.OFFERS, level=NoticeLevel.INFO)


def _load_settings() -> None:
    site = Site.objects.get(is_default_site=True)
    if ShopSettings.objects.filter(site=site).exists():
        return
    ShopSettings.objects.create(
        site=site,
        name="Nhà Mây",
        phone=HOTLINE,
        email=EMAIL,
        hours_vi=HOURS.vi,
        hours_en=HOURS.en,
        company_line_vi="Nhà Mây, cửa hàng minh họa: không bán hàng thật",
        company_line_en="Nhà Mây, a demo shop: nothing here is really sold",
        parts_article_id=kb_selectors.imported_article_id(PARTS_ARTICLE),
    )


def _load_notice(text: Both, article: str, *, place: NoticePlace, level: NoticeLevel) -> None:
    key = None
    for language in LANGUAGES:
        notice = NoticeBanner(
            text=text.in_language(language),
            level=level,
            place=place,
            link_page=_article(article, language),
            locale=Locale.objects.get(language_code=language),
        )
        notice.translation_key = key or notice.translation_key
        key = notice.translation_key
        notice.save()
        notice.save_revision().publish()


def _article(external_id: str, language: str) -> Page | None:
    suffix = "" if language == "vi" else f"-{language}"
    number = kb_selectors.imported_article_id(f"{external_id}{suffix}")
    return Page.objects.filter(pk=number).first() if number else None
