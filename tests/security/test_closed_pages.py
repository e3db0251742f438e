"""Pages that are closed, unpublished or out of date, asked for in every way that a stranger has."""

import pytest
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction

from tests.factories.kb import make_article, make_category, make_product, restrict
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

SECRET = "zirkoni"


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def ways(category):
    """The addresses that list or hold articles; the article's own comes first."""
    product = make_product()

    def of(article):
        article.products = [product]
        article.save()
        return [
            article.url,
            category.url,
            "/vi/",
            "/vi/help/",
            "/sitemap.xml",
            product.get_absolute_url(),
            f"/vi/contact/?article={article.external_id}",
            *(f"/{path}?q={SECRET[:5]}" for path in ("vi/search/", "api/v1/search", "api/v1/suggest")),
        ]

    return of


@pytest.mark.parametrize("kind", ["draft", "login", "password", "groups"])
def test_a_closed_article_is_told_nowhere(client, category, ways, kind):
    article = make_article(
        category, title=f"Bài {SECRET}", slug="bai-kin", external_id="bai-kin", is_live=kind != "draft"
    )
    if kind != "draft":
        restrict(article, kind)

    for address in ways(article):
        page = client.get(address, follow=True).content.decode()
        assert SECRET not in page.replace(f"q={SECRET[:5]}", ""), address


def test_the_words_of_a_new_draft_of_a_published_article_are_told_nowhere(client, category, ways):
    article = make_article(category, title="Bài công khai", external_id="cong-khai")
    addresses = ways(article)
    article.title = f"Bản nháp {SECRET}"
    article.save_revision()

    for address in addresses:
        assert SECRET not in client.get(address, follow=True).content.decode(), address


def test_the_password_of_a_page_cannot_be_guessed_without_end(client, category):
    article = make_article(category)
    address = reverse("wagtailcore_authenticate_with_password", args=[restrict(article, "password").pk, article.pk])

    statuses = {
        client.post(address, {"password": f"thử {number}", "return_url": "/"}).status_code for number in range(9)
    }
    opened = client.post(address, {"password": "mua", "return_url": "//evil.example"})
    one_too_many = client.post(address, {"password": "mua", "return_url": article.url})

    assert statuses == {200}
    assert opened.url == "/"
    assert one_too_many.status_code == 429


@pytest.mark.parametrize(
    "path",
    [
        "/media/documents/gia.txt",
        "/media/original_images/a.png",
        "/media/images/../secret_key",
        "/media/images/%2e%2e/secret_key",
        "/media/images/..%2f..%2fportal.sqlite3",
        "/static/../secret_key",
        "/documents/1/gia.txt",
        "/.git/config",
    ],
)
def test_no_file_of_ours_is_served_by_its_path(client, path):
    assert client.get(path).status_code in (400, 404)


@pytest.mark.parametrize(
    "path", ["users/", "groups/", "orders/", "tickets/", "redirects/", "sites/", "collections/add/", "documents/add/"]
)
def test_an_account_that_may_only_open_the_admin_finds_every_room_closed(client, site_tree, path):
    from django.contrib.auth.models import Permission

    user = make_user("moi@example.com", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)

    assert client.get("/admin/").status_code == 200
    assert client.get(f"/admin/{path}").status_code in (302, 404)


def test_the_password_of_closed_documents_cannot_be_guessed_without_end(client, site_tree):
    collection = Collection.get_first_root_node().add_child(name="Kín")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type="password", password="mot-mat-khau"
    )
    address = f"/documents/authenticate_with_password/{restriction.pk}/"
    guess = {"password": "sai", "return_url": "/vi/"}

    answers = [client.post(address, guess).status_code for _guess in range(11)]

    assert answers == [200] * 10 + [429]
