"""Old addresses lead to the new ones: by themselves after a rename or a move, by hand and from a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.contrib.redirects.models import Redirect

from kb.models import CategoryPage
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def administrator(client, site_tree):
    client.force_login(make_user("quantri@example.com", role="administrator"))
    return client


@pytest.fixture
def rename(django_capture_on_commit_callbacks):
    def renamed(page, slug):
        page.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()

    return renamed


def test_renaming_a_category_keeps_the_addresses_of_all_below_it(client, site_tree, rename):
    category = make_category(title="Máy giặt")
    article = make_article(make_category(parent=category, title="Lỗi"), title="Mã lỗi E2")
    old = article.url

    rename(CategoryPage.objects.get(pk=category.pk), "may-giat-moi")
    answer = client.get(old + "?utm_source=thu")

    assert answer.status_code == 301
    assert answer["Location"].partition("?")[0] == "/vi/help/may-giat-moi/loi/ma-loi-e2/"


def test_moving_an_article_keeps_its_address(client, site_tree):
    article = make_article(make_category(title="Máy giặt"), title="Mã lỗi E2")
    old, target = article.url, make_category(title="Tủ lạnh")

    article.move(target, pos="last-child")

    assert client.get(old, follow=True).redirect_chain == [("/vi/help/tu-lanh/ma-loi-e2/", 301)]


def test_going_back_to_the_first_name_makes_no_circle(client, site_tree, rename):
    article = make_article(make_category(title="Máy giặt"), title="Mã lỗi E2")
    first = article.url

    rename(article, "loi-e2")
    rename(article, "ma-loi-e2")

    assert client.get(first).status_code == 200
    assert client.get("/vi/help/may-giat/loi-e2/", follow=True).redirect_chain == [(first, 301)]


def test_a_redirect_to_itself_is_refused(administrator):
    response = administrator.post(
        "/admin/redirects/add/",
        {
            "old_path": "/vi/help/cu/",
            "site": "",
            "is_permanent": "on",
            "redirect_link": f"{SITE}/vi/help/cu/",
            "redirect_page": "",
        },
    )

    assert "dẫn về chính nó" in response.content.decode()
    assert not Redirect.objects.exists()


def test_a_redirect_that_closes_a_circle_is_refused(administrator):
    Redirect.objects.create(old_path="/vi/help/b", redirect_link="/vi/help/c/")
    Redirect.objects.create(old_path="/vi/help/c", redirect_link="/vi/help/a/")

    response = administrator.post(
        "/admin/redirects/add/",
        {
            "old_path": "/vi/help/a/",
            "site": "",
            "is_permanent": "on",
            "redirect_link": f"{SITE}/vi/help/b/",
            "redirect_page": "",
        },
    )

    assert "đi vòng" in response.content.decode()
    assert Redirect.objects.count() == 2


def test_redirects_come_from_a_file_after_a_look_at_it(administrator):
    file = SimpleUploadedFile(
        "chuyen.csv",
        f"from,to\n/vi/help/cu-1/,{SITE}/vi/help/\n/vi/help/cu-2/,{SITE}/vi/products/\n".encode(),
        "text/csv",
    )

    preview = administrator.post("/admin/redirects/import/", {"import_file": file})
    signed = preview.context["form"].initial
    administrator.post(
        "/admin/redirects/import/process/", {**signed, "from_index": 0, "to_index": 1, "permanent": "on"}
    )

    assert set(Redirect.objects.values_list("old_path", "redirect_link")) == {
        ("/vi/help/cu-1", f"{SITE}/vi/help/"),
        ("/vi/help/cu-2", f"{SITE}/vi/products/"),
    }


def test_redirects_go_out_as_a_file_that_runs_no_formula(administrator):
    Redirect.objects.create(old_path="/vi/help/cu", redirect_link="=HYPERLINK(1)")

    content = b"".join(administrator.get("/admin/redirects/?export=csv").streaming_content).decode()

    assert "/vi/help/cu" in content
    assert "'=HYPERLINK(1)" in content
