"""A small knowledge base with its index in a folder of its own."""

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction
from haystack import connections

from kb.models import ArticlePage, CategoryPage, FaqPage, HelpIndexPage
from kb.search.rebuild import rebuild_index
from portal.lib.snapshots import Snapshot
from tests.factories.admin import staff_user
from tests.factories.people import make_user
from tests.kb.search.engines import (
    CONTRACT,
    ENGINES,
    OPENSEARCH,
    WHOOSH,
    Engine,
    opensearch_engine,
    whoosh_engine,
)
from tests.opensearch_server import opensearch_server


@contextmanager
def index_in(folder: Path, engine: Engine | None = None):
    """Let search use an index of its own for a while; the folder is still empty."""
    backend = (engine or whoosh_engine()).backend(folder)
    Snapshot.drop_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections["default"], "get_backend", lambda: backend)
        yield backend
    Snapshot.drop_all()


def pytest_generate_tests(metafunc):
    """Run the files of the contract once for each engine."""
    if "engine" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in CONTRACT:
        metafunc.parametrize("engine", ENGINES, indirect=True, scope="module")


@pytest.fixture(scope="session")
def search_server():
    """The address of a real OpenSearch server; without one the tests that need it fail with what is missing."""
    with opensearch_server() as url:
        yield url


@pytest.fixture(scope="module")
def engine(request):
    """The engine under test: Whoosh, or what the file's parameters say."""
    if getattr(request, "param", WHOOSH) == OPENSEARCH:
        return opensearch_engine(request.getfixturevalue("search_server"))
    return whoosh_engine()


def make_category(code: str = "may-giat", *, language: str = "vi", title: str = "Máy giặt") -> CategoryPage:
    """Return the category, made when it is missing."""
    index = HelpIndexPage.objects.in_language(language).get()
    existing = CategoryPage.objects.child_of(index).filter(code=code).first()
    return existing or index.add_child(instance=CategoryPage(title=title, slug=code, code=code, locale=index.locale))


def publish_article(
    title: str, *, body: str = "", language: str = "vi", code: str = "may-giat", page_class=ArticlePage, **fields
) -> ArticlePage:
    """Return a published article of one paragraph."""
    parent = make_category(code, language=language)
    page = page_class(title=title, body=[("text", f"<p>{body}</p>")] if body else [], locale=parent.locale, **fields)
    CategoryPage.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision().publish()
    return page


def make_shop() -> SimpleNamespace:
    """Return articles that are easily taken for one another, indexed."""
    pages = SimpleNamespace(
        warranty=publish_article(
            "Thời hạn bảo hành của từng sản phẩm",
            short_answer="Máy giặt được bảo hành 24 tháng, máy lọc nước 12 tháng.",
            body="Giữ phiếu bảo hành và hóa đơn. Trung tâm sẽ sửa miễn phí trong thời hạn.",
            external_id="bao-hanh",
        ),
        printer=publish_article(
            "Máy in bị kẹt giấy",
            short_answer="Tắt máy in, mở nắp sau và kéo giấy theo chiều giấy đi.",
            body="Máy in kẹt giấy thường do giấy ẩm. Dùng giấy khô.",
            code="may-in",
            keywords="nghẽn giấy, kéo giấy ra",
            external_id="ket-giay",
        ),
        washer=publish_article(
            "Máy giặt NM-W85 không xả nước",
            short_answer="Vệ sinh lưới lọc bơm xả.",
            body="Khi máy giặt không xả nước, hãy vệ sinh lưới lọc ở góc dưới bên phải.",
            page_class=FaqPage,
            external_id="khong-xa-nuoc",
        ),
        card=publish_article(
            "Thanh toán bằng thẻ tín dụng", body="Thẻ Visa và Mastercard được chấp nhận.", code="thanh-toan"
        ),
        scale=publish_article("Cân máy giặt cho thăng bằng", body="Xoay chân máy để cân bốn góc."),
        english=publish_article(
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


@pytest.fixture
def search_index(tmp_path, engine):
    """The backend over an index that only this test uses; there is none yet."""
    with index_in(tmp_path / "search", engine) as backend:
        yield backend
    engine.remove(tmp_path / "search")


@pytest.fixture(scope="module")
def made_shop(django_db_setup, django_db_blocker, tmp_path_factory, engine):
    """The articles of `make_shop` and the folder of their index, made once for a file and rolled back after it."""
    from portal.site_setup import ensure_home_pages

    folder = tmp_path_factory.mktemp("index") / "search"
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_home_pages()
        with index_in(folder, engine):
            pages = make_shop()
        yield SimpleNamespace(pages=pages, folder=folder)
        transaction.set_rollback(True)
        engine.remove(folder)


@pytest.fixture
def shop(made_shop, db, search_index, engine, tmp_path):
    """The articles of `make_shop`, for tests that change them: rows read afresh, in a copy of the index."""
    engine.copy(made_shop.folder, tmp_path / "search")
    return SimpleNamespace(**{name: type(page).objects.get(pk=page.pk) for name, page in vars(made_shop.pages).items()})


@pytest.fixture(scope="module")
def read_only_shop(made_shop, django_db_blocker, engine):
    """The articles of `make_shop`, for files whose tests only read."""
    with index_in(made_shop.folder, engine):
        yield made_shop.pages


@pytest.fixture
def writer(client, shop):
    """A client signed in as a writer of the help centre."""
    user = make_user("bientap@example.com", groups=("Biên tập viên",), is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def editor(client, shop):
    """A client signed in as somebody who may do everything with search."""
    user = staff_user("quantri@example.com", "add", "change", "publish", is_superuser=True)
    client.force_login(user)
    return user
