"""What the demo shop says of itself."""

from wagtail.models import Site

from kb import selectors as kb_selectors
from portal.models import ShopSettings

PARTS_ARTICLE = "nm-linh-kien-dat-mua"


def load(refresh: bool) -> None:
    """Fill in the shop's settings where nobody has; safe to run again, what an administrator wrote stays."""
    site = Site.objects.get(is_default_site=True)
    if not ShopSettings.objects.filter(site=site).exists():
        ShopSettings.objects.create(
            site=site,
            name="Nhà Mây",
            phone="+8419000000",
            email="ho-tro@nhamay.example",
            hours_vi="8:00–21:00 mọi ngày",
            hours_en="8:00–21:00, every day",
            company_line_vi="Nhà Mây, cửa hàng minh họa: không bán hàng thật",
            company_line_en="Nhà Mây, a demo shop: nothing here is really sold",
            parts_article_id=kb_selectors.imported_article_id(PARTS_ARTICLE),
        )
