"""Products and spare parts in the admin: what an editor fills in, searches, previews and cannot break."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from kb.models import Product, SparePart
from tests.factories.kb import make_article, make_category, make_part, make_product

pytestmark = pytest.mark.django_db

PRODUCTS = "/admin/snippets/kb/product"
PARTS = "/admin/snippets/kb/sparepart"


@pytest.fixture
def admin(admin_client, site_tree):
    """A client signed in as an administrator; what the roles may do is tested with the roles."""
    return admin_client


def product_form(specifications=(), tasks=(), **fields):
    return nested_form_data(
        {
            "name": "Máy hút ẩm Đông Á",
            "code": "NM-H1",
            "slug": "",
            "kind": "other",
            "summary": "",
            "image": "",
            "manual": "",
            "specifications": inline_formset([{"name": name, "value": value} for name, value in specifications]),
            "maintenance_tasks": inline_formset(list(tasks)),
            **fields,
        }
    )


def part_form(**fields):
    return {
        "number": "LK-H1-01",
        "name": "Lưới lọc",
        "description": "",
        "price": "65000",
        "fitting": "customer",
        **fields,
    }


def test_product_gets_an_ascii_address_from_its_name(admin):
    response = admin.post(f"{PRODUCTS}/add/", product_form(**{"action-publish": "1"}))

    assert response.status_code == 302, response.context["form"].errors
    assert Product.objects.get().slug == "may-hut-am-dong-a"
    assert admin.get("/vi/products/may-hut-am-dong-a/").status_code == 200


@pytest.mark.parametrize("typed", ["nm-h1", "  NM-H1 ", "Nm-H1"])
def test_codes_are_stored_as_they_are_printed(admin, typed):
    admin.post(f"{PRODUCTS}/add/", product_form(code=typed))

    assert Product.objects.get().code == "NM-H1"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "NM-W85", "đã dùng mã này"),
        ("code", "nm-w85", "đã dùng mã này"),
        ("code", "MÁY GIẶT", "chỉ dùng chữ hoa"),
        ("slug", "nm-w85", "đã dùng địa chỉ này"),
        ("slug", "parts", "Trang web đã dùng địa chỉ này"),
        ("slug", "compare", "Trang web đã dùng địa chỉ này"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(admin, field, value, sentence):
    make_product("NM-W85")

    response = admin.post(f"{PRODUCTS}/add/", product_form(**{field: value}))

    assert response.status_code == 200
    assert sentence.lower() in response.content.decode().lower()
    assert Product.objects.count() == 1


def test_same_code_in_the_other_language_is_the_translation(admin):
    make_product("NM-H1")

    response = admin.post(f"{PRODUCTS}/add/?locale=en", product_form(name="Dehumidifier"))

    assert response.status_code == 302, response.context["form"].errors
    assert Product.objects.filter(code="NM-H1").count() == 2


def test_specification_named_twice_is_refused(admin):
    response = admin.post(f"{PRODUCTS}/add/", product_form([("Công suất", "1 W"), ("Công suất", "2 W")]))

    assert response.status_code == 200
    assert not Product.objects.exists()


def test_draft_of_a_product_is_for_editors_alone(admin, client):
    admin.post(f"{PRODUCTS}/add/", product_form())

    product = Product.objects.get()
    assert not product.live
    assert client.get(product.get_absolute_url()).status_code == 404
    assert "Máy hút ẩm" not in client.get("/vi/products/").content.decode()
    assert "NM-H1" in client.get("/vi/products/compare/?p=NM-H1").context["unknown_codes"]
    assert client.get(f"{product.get_absolute_url()}maintenance.ics").status_code == 404


def test_change_of_a_product_waits_until_it_is_published(admin, client):
    product = make_product("NM-H1", slug="h1", name="Máy hút ẩm")

    admin.post(f"{PRODUCTS}/edit/{product.pk}/", product_form([("Công suất", "300 W")], slug="h1"))
    before = client.get("/vi/products/h1/").content.decode()
    admin.post(
        f"{PRODUCTS}/edit/{product.pk}/", product_form([("Công suất", "300 W")], slug="h1", **{"action-publish": "1"})
    )

    assert "300 W" not in before
    assert "300 W" in client.get("/vi/products/h1/").content.decode()


def test_preview_shows_the_edited_page_of_the_product(admin):
    product = make_product("NM-H1", slug="h1")
    url = f"{PRODUCTS}/preview/{product.pk}/"
    form = product_form(
        [("Công suất", "300 W")],
        [{"what": "Đổ khay nước", "interval_months": "1", "minutes": "", "article": ""}],
        slug="h1",
    )

    answer = admin.post(url, form).json()
    page = admin.get(url, {"mode": ""}).content.decode()

    assert answer["is_valid"]
    assert "300 W" in page
    assert "Đổ khay nước" in page
    assert 'lang="vi"' in page


def test_preview_of_a_new_product_and_of_a_new_part_is_shown(admin):
    for url, form in ((f"{PRODUCTS}/preview/", product_form()), (f"{PARTS}/preview/", part_form(name="Gioăng mới"))):
        assert admin.post(url, form).json()["is_valid"]
        page = admin.get(url, {"mode": ""})
        assert page.status_code == 200

    assert "Gioăng mới" in page.content.decode()


def test_part_is_stored_with_price_and_products(admin):
    product = make_product("NM-H1")

    response = admin.post(
        f"{PARTS}/add/",
        part_form(number="lk-h1-01", products=[product.pk], is_available="on", **{"action-publish": "1"}),
    )

    assert response.status_code == 302, response.context["form"].errors
    part = SparePart.objects.get()
    assert (part.number, part.price, list(part.products.all())) == ("LK-H1-01", 65_000, [product])


@pytest.mark.parametrize("price", ["-1", "0", "65.5", "abc", "9" * 30])
def test_impossible_price_is_refused_and_kept_in_the_form(admin, price):
    response = admin.post(f"{PARTS}/add/", part_form(price=price))

    assert response.status_code == 200
    assert response.context["form"].errors["price"]
    assert response.context["form"]["price"].value() == price


def test_part_offers_products_of_its_own_language(admin):
    make_product("NM-W85", name="Máy giặt W85")
    make_product("NM-W85", language="en", name="Washing machine W85", slug="w85-en")

    page = admin.get(f"{PARTS}/add/?locale=en").content.decode()

    assert "Washing machine W85" in page
    assert "Máy giặt W85" not in page


@pytest.mark.parametrize("typed", ["may giat", "Máy giặt", "MAY", "w85"])
def test_admin_finds_with_and_without_marks(admin, typed):
    product = make_product("NM-W85", name="Máy giặt cửa trước")
    make_product("NM-F6", name="Nồi chiên", slug="f6")

    listed = admin.get(f"{PRODUCTS}/", {"q": typed}).context["page_obj"].object_list
    chosen = admin.get("/admin/snippets/choose/kb/product/results/", {"q": typed}).content.decode()

    assert list(listed) == [product]
    assert "Máy giặt cửa trước" in chosen
    assert "Nồi chiên" not in chosen


def test_parts_are_filtered_by_product_and_exported(admin):
    product = make_product("NM-W85")
    make_part("LK-W85-01", products=[product])
    make_part("LK-F6-01")

    listed = admin.get(f"{PARTS}/?fits=NM-W85").context["page_obj"].object_list
    export = b"".join(admin.get(f"{PARTS}/?export=csv").streaming_content).decode()

    assert [part.number for part in listed] == ["LK-W85-01"]
    assert "LK-F6-01" in export


@pytest.mark.parametrize("view", ["edit", "copy", "delete", "usage", "history"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_view_of_an_entry_opens_in_both_languages(admin, view, language, admin_user):
    from wagtail.users.models import UserProfile

    UserProfile.objects.update_or_create(user=admin_user, defaults={"preferred_language": language})
    product, part = make_product(tasks=[("Rửa", 3)]), make_part()

    for root, entry in ((PRODUCTS, product), (PARTS, part)):
        assert admin.get(f"{root}/{view}/{entry.pk}/").status_code == 200


def test_revisions_are_compared(admin):
    product = make_product("NM-H1", slug="h1", name="Máy hút ẩm")
    first = product.save_revision()
    product.name = "Máy hút ẩm mới"
    second = product.save_revision()

    page = admin.get(f"{PRODUCTS}/history/{product.pk}/revisions/compare/{first.pk}...{second.pk}/")

    assert "mới" in page.content.decode()


@pytest.mark.wagtail_indexes
def test_usage_counts_the_articles_that_name_a_product(admin):
    product = make_product()
    make_article(make_category(), title="Rửa lưới lọc", products=[product])

    assert "Rửa lưới lọc" in admin.get(f"{PRODUCTS}/usage/{product.pk}/").content.decode()


def test_deleted_product_leaves_articles_and_parts_whole(admin, client):
    product = make_product()
    article = make_article(make_category(), products=[product])
    make_part(products=[product])

    admin.post(f"{PRODUCTS}/delete/{product.pk}/")

    assert not Product.objects.exists()
    assert client.get(article.url).status_code == 200
    assert client.get("/vi/products/parts/").status_code == 200
