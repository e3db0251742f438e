"""A small knowledge base with its index in a folder of its own."""

from types import SimpleNamespace

import pytest
from haystack import connections

from kb.models import ArticlePage, CategoryPage, FaqPage
from kb.search import synonyms
from kb.search.backend import PortalWhooshBackend
from kb.search.rebuild import rebuild_index


@pytest.fixture
def search_folder(tmp_path, settings, monkeypatch):
    """The folder of an index that only this test uses; it is still empty."""
    options = {**settings.HAYSTACK_CONNECTIONS["default"], "PATH": str(tmp_path / "search")}
    backend = PortalWhooshBackend("default", **options)
    monkeypatch.setattr(connections["default"], "get_backend", lambda: backend)
    synonyms.forget_kept()
    return tmp_path / "search"


@pytest.fixture
def help_pages(site_tree, search_folder):
    """Makes published articles: `help_pages.publish("Tiêu đề", body=..., language="vi")`."""
    from portal.models import HomePage

    from kb.models import HelpIndexPage

    categories = {}

    def category(code="may-giat", language="vi", title="Máy giặt"):
        if (code, language) not in categories:
            home = HomePage.objects.get(locale__language_code=language)
            index = HelpIndexPage.objects.child_of(home).get()
            page = CategoryPage(title=title, slug=code, code=code, locale=home.locale)
            categories[code, language] = index.add_child(instance=page)
        return categories[code, language]

    def publish(title, *, body="", language="vi", code="may-giat", page_class=ArticlePage, **fields):
        parent = CategoryPage.objects.get(pk=category(code, language).pk)
        blocks = [("text", f"<p>{body}</p>")] if body else []
        page = page_class(title=title, body=blocks, locale=parent.locale, **fields)
        parent.add_child(instance=page)
        page.save_revision().publish()
        return page

    return SimpleNamespace(publish=publish, category=category)


@pytest.fixture
def shop(help_pages):
    """A dozen articles that are easily taken for one another, indexed."""
    publish = help_pages.publish
    pages = SimpleNamespace(
        warranty=publish(
            "Thời hạn bảo hành của từng sản phẩm",
            short_answer="Máy giặt được bảo hành 24 tháng, máy lọc nước 12 tháng.",
            body="Giữ phiếu bảo hành và hóa đơn. Trung tâm sẽ sửa miễn phí trong thời hạn.",
            external_id="bao-hanh",
        ),
        printer=publish(
            "Máy in bị kẹt giấy",
            short_answer="Tắt máy in, mở nắp sau và kéo giấy theo chiều giấy đi.",
            body="Máy in kẹt giấy thường do giấy ẩm. Dùng giấy khô.",
            code="may-in",
            keywords="nghẽn giấy, kéo giấy ra",
            external_id="ket-giay",
        ),
        washer=publish(
            "Máy giặt NM-W85 không xả nước",
            short_answer="Vệ sinh lưới lọc bơm xả.",
            body="Khi máy giặt không xả nước, hãy vệ sinh lưới lọc ở góc dưới bên phải.",
            page_class=FaqPage,
            external_id="khong-xa-nuoc",
        ),
        card=publish("Thanh toán bằng thẻ tín dụng", body="Thẻ Visa và Mastercard được chấp nhận.", code="thanh-toan"),
        scale=publish("Cân máy giặt cho thăng bằng", body="Xoay chân máy để cân bốn góc.", external_id="can-may"),
        english=publish(
            "Printer jams",
            short_answer="Switch the printer off and pull the jammed paper out.",
            body="Paper jams happen when printing on damp paper.",
            language="en",
            code="may-in",
            external_id="paper-jam",
        ),
    )
    rebuild_index()
    return pages
