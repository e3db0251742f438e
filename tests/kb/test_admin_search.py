"""Finding pages in the admin by title, body and keyword, with and without marks."""

import unicodedata

import pytest
from django.urls import reverse
from wagtail.models import Locale

from kb.models import SearchPromotion, Synonym
from portal.models import NoticeBanner
from support.models import ContactChannel
from tests.factories.admin import staff_user
from tests.factories.blocks import make_document, make_image, make_reusable_text
from tests.factories.kb import make_article, make_category, make_part, make_product, text

pytestmark = [pytest.mark.django_db, pytest.mark.wagtail_indexes]

QUERIES = {
    "with marks": "thời hạn bảo hành",
    "without marks": "thoi han bao hanh",
    "half of them": "thời hạn bao hanh",
    "decomposed": unicodedata.normalize("NFD", "thời hạn bảo hành"),
    "capitals": "THOI HAN BAO HANH",
    "đ as d": "dieu kien",
    "beginning of a word": "thời hạn bả",
    "keyword": "phieu bao tri",
    "body": "dong co",
    "short answer": "hai nam",
}


@pytest.fixture
def editor(client, site_tree):
    """A client signed in as an editor of a help centre with one article to find and one not to."""
    category = make_category(title="Đổi trả")
    make_article(
        category,
        title="Thời hạn bảo hành và điều kiện",
        short_answer="Hai năm.",
        keywords="phiếu bảo trì",
        body=[text("<p>Động cơ được mười năm.</p>")],
    )
    make_article(category, title="Vệ sinh lưới lọc")
    client.force_login(staff_user("bientap@example.com", "add", "change"))
    return client


def titles(response, name="object_list"):
    return [page.title for page in response.context[name]]


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_explorer_search_and_chooser_find_the_article(editor, query, site_tree):
    index = site_tree["vi"].get_children().get()

    explored = titles(editor.get(f"/admin/pages/{index.pk}/", {"q": query}))
    searched = titles(editor.get("/admin/pages/search/", {"q": query}))
    chosen = editor.get(reverse("wagtailadmin_choose_page_search"), {"q": query, "page_type": "kb.articlepage"})

    assert explored == searched == ["Thời hạn bảo hành và điều kiện"]
    assert "Thời hạn bảo hành và điều kiện" in chosen.content.decode()


def test_category_is_found_without_marks(editor, site_tree):
    index = site_tree["vi"].get_children().get()

    assert titles(editor.get(f"/admin/pages/{index.pk}/", {"q": "doi tra"})) == ["Đổi trả"]


@pytest.mark.parametrize("query", ["điều hòa mát", "dieu hoa mat", "ĐIỀU HOA", "cánh đảo", "dao gio", "moi ve"])
def test_pictures_and_documents_are_found_without_marks_by_title_description_and_tag(editor, query):
    picture = make_image("Cánh đảo gió")
    picture.title = "Điều hòa mát lạnh"
    picture.tags.add("mới về")
    picture.save()
    document = make_document()
    document.title = "Điều hòa mát lạnh, cánh đảo gió"
    document.tags.add("mới về")
    document.save()
    editor.force_login(staff_user("quantri@example.com", is_superuser=True))

    for address, found in (
        ("/admin/images/", picture),
        ("/admin/images/chooser/results/", picture),
        ("/admin/documents/", document),
        ("/admin/documents/chooser/results/", document),
    ):
        page = editor.get(address, {"q": query})
        assert [one.pk for one in page.context["results" if "chooser" in address else "object_list"]] == [found.pk], (
            address
        )
        assert found.title not in editor.get(address, {"q": "không có"}).content.decode()


SNIPPETS = {
    "kb/product": lambda: make_product(name="Điều hòa A12", code="NM-A12"),
    "kb/sparepart": lambda: make_part(name="Lưới lọc điều hòa"),
    "kb/reusabletext": lambda: make_reusable_text("<p>Vệ sinh điều hòa</p>"),
    "kb/synonym": lambda: Synonym.objects.create(typed="máy lạnh", page_words="điều hòa"),
    "kb/searchpromotion": lambda: SearchPromotion.objects.create(phrases="điều hòa", address="/vi/", title="A"),
    "portal/noticebanner": lambda: NoticeBanner.objects.create(text="Lịch lắp điều hòa", locale=Locale.get_default()),
    "support/contactchannel": lambda: ContactChannel.objects.create(
        kind="address", label="Kho điều hòa", value="1 Phố Vọng", locale=Locale.get_default()
    ),
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_every_list_of_snippets_is_searched_without_marks(editor, name):
    thing = SNIPPETS[name]()
    editor.force_login(staff_user("quantri@example.com", is_superuser=True))

    for query in ("điều hòa", "dieu hoa", "HOA dieu" if name not in ("kb/synonym", "kb/searchpromotion") else "HOA"):
        page = editor.get(f"/admin/snippets/{name}/", {"q": query})
        assert [one.pk for one in page.context["object_list"]] == [thing.pk], query
    assert list(editor.get(f"/admin/snippets/{name}/", {"q": "không có"}).context["object_list"]) == []


@pytest.mark.parametrize("query", ['"', 'a "b c', "*", "bao OR", "a" * 10_000, "\x00", "NEAR(", "bảo-hành:"])
def test_odd_query_does_no_harm(editor, query, site_tree):
    index = site_tree["vi"].get_children().get()

    for address in (
        f"/admin/pages/{index.pk}/",
        "/admin/pages/search/",
        "/admin/images/",
        "/admin/snippets/kb/product/",
    ):
        assert editor.get(address, {"q": query}).status_code in (200, 302), address
