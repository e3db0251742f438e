"""What an editor meets in the admin: each page type opens, saves and publishes."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from kb.models import ArticlePage, FaqPage, MaintenancePage
from tests.factories.kb import heading, make_article, make_category, make_product, steps, text
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def editor(client, site_tree):
    """A client signed in as a reviewer, who may publish."""
    client.force_login(make_user("chi@example.test", role="reviewer"))
    return client


def form_of(**fields):
    return nested_form_data(
        {
            "title": "Đổi trả hàng",
            "slug": "",
            "seo_title": "",
            "search_description": "",
            "short_answer": "15 ngày.",
            "body": streamfield([("text", rich_text("<p>Giữ hộp.</p>"))]),
            "image": "",
            "image_alt": "",
            "keywords": "",
            "phase": "",
            "question": "",
            "audience": "everyone",
            "replaced_by": "",
            "related_articles": inline_formset([]),
            "last_checked_on": "",
            "check_again_on": "",
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""},
            **fields,
        }
    )


@pytest.mark.parametrize("kind", ["categorypage", "articlepage", "faqpage", "maintenancepage"])
def test_each_page_type_opens_for_a_new_page(editor, category, kind):
    assert editor.get(f"/admin/pages/add/kb/{kind}/{category.pk}/").status_code == 200


@pytest.mark.parametrize("model", [ArticlePage, FaqPage, MaintenancePage])
def test_each_article_type_opens_for_a_change(editor, category, model):
    page = make_article(category, model=model, body=[heading("A"), text("<p>b</p>"), steps("c")])

    assert editor.get(f"/admin/pages/{page.pk}/edit/").status_code == 200


def test_index_and_category_open_for_a_change(editor, category):
    assert editor.get(f"/admin/pages/{category.pk}/edit/").status_code == 200
    assert editor.get(f"/admin/pages/{category.get_parent().pk}/edit/").status_code == 200


def test_editor_reads_vietnamese_labels(editor, category):
    page = editor.get(f"/admin/pages/add/kb/articlepage/{category.pk}/").content.decode()

    assert "Câu trả lời ngắn" in page
    assert "Điều mà người không nhìn thấy hình cần biết" in page


def test_article_written_in_the_editor_is_found_at_an_ascii_address(editor, category):
    response = editor.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(**{"action-publish": "1"}))

    assert response.status_code == 302, response.context["form"].errors
    page = ArticlePage.objects.get()
    assert (page.live, page.slug) == (True, "doi-tra-hang")
    assert editor.get("/vi/help/bao-hanh/doi-tra-hang/").status_code == 200


def test_article_saved_as_a_draft_stays_hidden(editor, category):
    editor.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of())

    assert not ArticlePage.objects.get().live


def test_image_without_any_description_is_not_published(editor, category):
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    image = get_image_model().objects.create(title="W85", file=get_test_image_file())

    response = editor.post(
        f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(image=str(image.pk), **{"action-publish": "1"})
    )

    assert response.status_code == 200
    assert "Hãy mô tả hình" in response.content.decode()


def test_editor_chooses_among_products_of_the_page_s_language(editor, category):
    make_product("NM-W85", name="Máy giặt W85")
    make_product("NM-W85", language="en", name="Washing machine W85", slug="w85-en")

    page = editor.get(f"/admin/pages/add/kb/articlepage/{category.pk}/").content.decode()

    assert "Máy giặt W85" in page
    assert "Washing machine W85" not in page


def test_second_category_of_a_code_is_refused(editor, category):
    response = editor.post(
        f"/admin/pages/add/kb/categorypage/{category.get_parent().pk}/",
        form_of(title="Khác", code="bao-hanh", summary="", icon="", **{"action-publish": "1"}),
    )

    assert "Một chuyên mục khác cùng ngôn ngữ đã có mã này." in response.content.decode()


def test_unused_page_types_are_not_offered(editor, category):
    article = make_article(category)

    assert editor.get(f"/admin/pages/{article.pk}/add_subpage/").status_code in (302, 403)


def test_preview_shows_the_unpublished_text(editor, category):
    page = make_article(category)

    assert editor.get(f"/admin/pages/{page.pk}/view_draft/").status_code == 200


def test_catalogue_opens_with_data_sheet_and_plan(editor, site_tree):
    product = make_product(specifications=[("Khối lượng", "8,5 kg")], tasks=[("Vệ sinh", 1)])

    assert "Khối lượng" in editor.get(f"/admin/snippets/kb/product/edit/{product.pk}/").content.decode()
    assert editor.get("/admin/snippets/kb/product/").status_code == 200
    assert editor.get("/admin/snippets/kb/product/add/").status_code == 200


def test_editor_does_not_reach_what_is_not_theirs(editor, site_tree):
    home = site_tree["vi"]

    for address in (f"/admin/pages/{home.pk}/delete/", f"/admin/pages/{home.pk}/unpublish/", "/admin/users/"):
        assert editor.get(address).status_code in (302, 403), address


def test_a_new_article_is_previewed_before_it_is_saved(editor, category):
    address = f"/admin/pages/add/kb/articlepage/{category.pk}/preview/"

    typed = editor.post(address, form_of(title="Máy giặt kêu to"))
    shown = editor.get(address)

    assert typed.json()["is_valid"]
    assert "Máy giặt kêu to" in shown.content.decode()


def test_editor_names_further_categories_of_the_language_but_not_the_page_s_own(editor, category):
    make_category(parent=category, title="Máy giặt", code="may-giat")
    make_category(language="en", title="Repairs", code="sua-chua")

    page = editor.get(f"/admin/pages/add/kb/articlepage/{category.pk}/")

    labels = [str(label) for _value, label in page.context["form"]["also_in"].field.choices]
    assert labels == ["Bảo hành › Máy giặt"]


def test_article_is_saved_with_its_related_articles_in_order(editor, category):
    chosen = [make_article(category), make_article(category)]

    response = editor.post(
        f"/admin/pages/add/kb/articlepage/{category.pk}/",
        form_of(
            related_articles=inline_formset([{"article": one.pk, "ORDER": place} for place, one in enumerate(chosen)]),
            **{"action-publish": "1"},
        ),
    )

    assert response.status_code == 302, response.context["form"].errors
    page = ArticlePage.objects.get(slug="doi-tra-hang")
    assert [row.article_id for row in page.related_articles.all()] == [one.pk for one in chosen]


def test_article_is_not_related_to_itself_nor_to_another_language(editor, category):
    page = make_article(category, title="Đổi trả hàng")
    foreign = make_article(make_category(language="en", title="Returns", code="returns"))

    response = editor.post(
        f"/admin/pages/{page.pk}/edit/",
        form_of(related_articles=inline_formset([{"article": page.pk}, {"article": foreign.pk}])),
    )

    sentences = response.content.decode()
    assert "Bài viết không thể liên quan đến chính nó." in sentences
    assert "Hãy chọn một bài viết cùng ngôn ngữ." in sentences


def test_circle_of_replacements_is_refused_with_a_sentence(editor, category):
    first = make_article(category, title="Một")
    second = make_article(category, title="Hai", replaced_by=first)
    third = make_article(category, title="Ba", replaced_by=second)

    for replacement in (first, third):
        response = editor.post(f"/admin/pages/{first.pk}/edit/", form_of(title="Một", replaced_by=replacement.pk))

        assert "vòng tròn" in str(response.context["form"].errors["replaced_by"])
        assert ArticlePage.objects.get(pk=first.pk).latest_revision.as_object().replaced_by_id is None


def test_replacement_is_an_article_of_the_same_language(editor, category):
    page = make_article(category, title="Một")
    foreign = make_article(make_category(language="en", title="Returns", code="returns"))

    response = editor.post(f"/admin/pages/{page.pk}/edit/", form_of(title="Một", replaced_by=foreign.pk))

    assert "cùng ngôn ngữ" in str(response.context["form"].errors["replaced_by"])


def test_chooser_of_articles_offers_the_language_of_the_page_and_not_the_page(editor, category):
    page = make_article(category, title="Một")
    make_article(category, title="Hai")
    returns = make_category(language="en", title="Returns", code="returns")
    make_article(returns, title="Three")

    offered = {
        language: editor.get(
            f"/admin/choose-page/{above.pk}/",
            {"page_type": "kb.articlepage"},
            headers={"referer": f"http://testserver/admin/pages/{page.pk}/edit/"},
        ).content.decode()
        for language, above in [("vi", category), ("en", returns)]
    }

    assert "Hai" in offered["vi"]
    assert "Một" not in offered["vi"]
    assert "Three" not in offered["en"]


def test_unpublishing_asks_what_replaces_the_article_and_keeps_it(editor, category):
    old, new = make_article(category, title="Cũ"), make_article(category, title="Mới")
    address = f"/admin/pages/{old.pk}/unpublish/"

    asked = editor.get(address).content.decode()
    editor.post(address, {"replaced_by": new.pk})

    assert "Thay bằng" in asked
    page = ArticlePage.objects.get(pk=old.pk)
    assert (page.live, page.replaced_by_id) == (False, new.pk)
    assert page.get_latest_revision_as_object().replaced_by_id == new.pk
    assert editor.get("/vi/help/bao-hanh/cu/").status_code == 410


def test_unpublishing_with_a_circle_is_refused_and_leaves_the_article_published(editor, category):
    old = make_article(category, title="Cũ")
    new = make_article(category, title="Mới", replaced_by=old)

    response = editor.post(f"/admin/pages/{old.pk}/unpublish/", {"replaced_by": new.pk}, follow=True)

    assert "vòng tròn" in response.content.decode()
    assert ArticlePage.objects.get(pk=old.pk).live


def test_unpublishing_without_a_replacement_and_of_a_category_works_as_before(editor, category):
    article = make_article(category)
    other = make_category(title="Khác", code="khac")

    editor.post(f"/admin/pages/{article.pk}/unpublish/", {"replaced_by": ""})
    editor.post(f"/admin/pages/{other.pk}/unpublish/")

    assert not ArticlePage.objects.get(pk=article.pk).live
    assert "Thay bằng" not in editor.get(f"/admin/pages/{category.pk}/unpublish/").content.decode()
