"""Segments of the demo shop, and a home page that says something else to each of them."""

from __future__ import annotations

from typing import Any

from kb import selectors as kb_selectors
from personalization.segments.models import Segment
from personalization.segments.rules import ALL, Condition, Rules, write
from portal.demo.catalogue import Both
from portal.models import HomePage
from portal.site_setup import ensure_home_pages

LANGUAGES = ("vi", "en")
OWNS = "preferences.owned_products"
FILTER_DUE = "Lõi lọc sắp đến hạn"
PRINTERS = "Chủ máy in"
WAITING = "Đang chờ hàng"
SEGMENTS = {
    FILTER_DUE: (
        "Nhắc thay lõi trên trang chủ",
        Rules(ALL, (Condition(OWNS, "any_of", ("NM-R9",)), Condition("kb.due_maintenance", "within", number=21))),
    ),
    PRINTERS: ("Mẹo máy in trên trang chủ", Rules(ALL, (Condition(OWNS, "any_of", ("NM-L210", "NM-J330")),))),
    WAITING: ("", Rules(ALL, (Condition("tracking.open_orders", "at_least", number=1),))),
}
# Title, text, article and words of the link of each banner.
BANNERS = {
    FILTER_DUE: (
        Both("Lõi lọc của bạn sắp đến hạn", "Your filter is due soon"),
        Both(
            "Thay lõi mất khoảng mười phút, không cần thợ. Đặt lõi trước để có sẵn khi đến ngày.",
            "Changing it takes about ten minutes and no technician. Order the filter now, and it is there on the day.",
        ),
        "nm-thay-loi-loc-r9",
        Both("Xem cách thay lõi", "See how it is changed"),
    ),
    PRINTERS: (
        Both("Đổi bộ phát Wi-Fi? Nối lại máy in", "A new router? Reconnect your printer"),
        Both("Năm bước, làm ngay trên máy in, không cần dây.", "Five steps on the printer itself, without a cable."),
        "nm-ket-noi-may-in-wifi",
        Both("Nối máy in với Wi-Fi", "Connect it to Wi-Fi"),
    ),
    "": (
        Both("Kiểm tra bảo hành trước khi gọi thợ", "Check the warranty before you call a technician"),
        Both(
            "Gõ số sê-ri để biết máy còn bảo hành đến ngày nào và được hưởng những gì.",
            "Type the serial number to see until when your appliance is covered, and for what.",
        ),
        "nm-bao-hanh-tra-cuu",
        Both("Tra cứu bảo hành", "Look it up"),
    ),
}


def load(refresh: bool) -> None:
    """Make the segments and the banners of the home pages; safe to run again, what editors wrote stays."""
    if Segment.objects.exists():
        return
    segments = {
        name: Segment.objects.create(name=name, note=note, rules=write(rules))
        for name, (note, rules) in SEGMENTS.items()
    }
    for language, page in ensure_home_pages().items():
        home = HomePage.objects.get(pk=page.pk)
        if not home.body:
            home.body = [_aimed(segments, language)]
            home.save_revision().publish()


def _aimed(segments: dict[str, Segment], language: str) -> dict[str, Any]:
    variants = [
        {"segments": [segments[name].pk], "content": [_banner(name, language)]} for name in (FILTER_DUE, PRINTERS)
    ]
    return {"type": "aimed", "value": {"variants": variants, "default": [_banner("", language)]}}


def _banner(name: str, language: str) -> dict[str, Any]:
    title, text, article, link = BANNERS[name]
    suffix = "" if language == "vi" else f"-{language}"
    return {
        "type": "banner",
        "value": {
            "title": title.in_language(language),
            "text": text.in_language(language),
            "link_page": kb_selectors.imported_article_id(f"{article}{suffix}"),
            "link_text": link.in_language(language),
        },
    }
