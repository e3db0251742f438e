"""Home pages of the demo shop that say something else to each of its segments."""

from __future__ import annotations

from typing import Any

from kb import selectors as kb_selectors
from personalization.segments.models import Segment
from portal.demo.catalogue import Both
from portal.demo.segments import FILTER_DUE, PRINTERS, ensure_segments
from portal.models import HomePage
from portal.site_setup import ensure_home_pages

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
    """Make the banners of the home pages that no editor has touched; safe to run again."""
    segments = ensure_segments()
    for language, page in ensure_home_pages().items():
        home = HomePage.objects.get(pk=page.pk)
        if not home.body and home.revisions.count() == 1:
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
