"""Translating in the admin: the table of languages, and what each person may do there."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from kb.models import ArticlePage, CategoryPage, HelpIndexPage, Product, SparePart
from kb.translation.copies import translate_page
from kb.translation.states import TranslationStatus, translation_states
from portal.models import User
from tests.factories.kb import make_article, make_category, make_part, make_product, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def category(site_tree):
    return make_category(title="Đổi trả", code="doi-tra")


@pytest.fixture
def article(category):
    return make_article(category, title="Trả hàng", short_answer="15 ngày.", body=[text("<p>Giữ hộp.</p>")])


@pytest.fixture
def translator(client, site_tree):
    """A client signed in as somebody who may write in the English tree and nowhere else."""
    return sign_in(client, "en")


def sign_in(client, *languages):
    group = Group.objects.create(name="+".join(languages))
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for language in languages:
        index = HelpIndexPage.objects.in_language(language).get()
        for kind in ("add", "change", "publish"):
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{kind}_page")
            GroupPagePermission.objects.create(group=group, page=index, permission=permission)
    user = User.objects.create_user("dich@example.test", "x", is_staff=True)
    user.groups.add(group)
    client.force_login(user)
    return client


def published_translation(page, title="Returns"):
    twin = translate_page(page=page, language="en", user=None, title=title).page
    twin.save_revision().publish()
    return type(twin).objects.get(pk=twin.pk)


def outdated_translation(article):
    twin = published_translation(article)
    source = ArticlePage.objects.get(pk=article.pk)
    source.short_answer = "30 ngày."
    source.save_revision().publish()
    return twin


def english_state(page):
    return translation_states([page])[page.pk]["en"]


def sentences(response):
    return " ".join(str(message) for message in response.context["messages"])


# --- Making a translation


def test_translator_makes_a_draft_and_lands_in_its_editor(translator, article):
    response = translator.post(
        reverse("kb_translate", args=[article.pk, "en"]), {"title": "Returning goods"}, follow=True
    )

    twin = ArticlePage.objects.get(locale__language_code="en")
    assert (twin.title, twin.live, twin.owner.email) == ("Returning goods", False, "dich@example.test")
    assert response.redirect_chain[-1][0] == reverse("wagtailadmin_pages:edit", args=[twin.pk])
    assert "Đổi trả" in sentences(response)


def test_form_asks_for_the_title(translator, article):
    response = translator.post(reverse("kb_translate", args=[article.pk, "en"]), {"title": "  "})

    assert response.status_code == 200
    assert "title" in response.context["form"].errors
    assert ArticlePage.objects.filter(locale__language_code="en").count() == 0


def test_second_click_opens_the_first_draft(translator, article):
    address = reverse("kb_translate", args=[article.pk, "en"])
    translator.post(address, {"title": "Returning goods"})

    again = translator.post(address, {"title": "Once more"}, follow=True)

    assert ArticlePage.objects.filter(locale__language_code="en").count() == 1
    assert "đã có" in sentences(again)
    assert translator.get(address).status_code == 302


@pytest.mark.parametrize("title", ["x" * 256, "\x00"])
def test_title_that_cannot_be_is_refused_with_the_form(translator, article, title):
    response = translator.post(reverse("kb_translate", args=[article.pk, "en"]), {"title": title})

    assert response.status_code == 200
    assert response.context["form"].errors


def test_who_writes_vietnamese_only_may_not_translate(client, article):
    writer = sign_in(client, "vi")

    response = writer.post(reverse("kb_translate", args=[article.pk, "en"]), {"title": "Returns"})

    assert response.status_code == 302
    assert response.url == reverse("wagtailadmin_home")
    assert ArticlePage.objects.count() == 1


def test_translator_may_not_edit_the_source(translator, article):
    response = translator.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))

    assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))


@pytest.mark.parametrize("language", ["fr", "xx"])
def test_unknown_language_is_not_found(translator, article, language):
    assert translator.get(f"/admin/translations/{article.pk}/to/{language}/").status_code == 404


def test_page_outside_the_help_centre_is_not_found(translator, site_tree):
    assert translator.get(reverse("kb_translate", args=[site_tree["vi"].pk, "en"])).status_code == 404
    assert translator.get(reverse("kb_translate", args=[999_999, "en"])).status_code == 404


def test_stranger_is_sent_to_the_sign_in(client, article):
    for name, arguments in (("kb_translations", []), ("kb_translate", [article.pk, "en"])):
        assert client.get(reverse(name, args=arguments)).status_code == 302


def test_editor_of_an_article_offers_to_translate_it(client, article):
    editor = sign_in(client, "vi", "en")

    page = editor.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).content.decode()

    assert reverse("kb_translate", args=[article.pk, "en"]) in page


# --- Keeping it up to date


def test_editor_of_an_outdated_translation_is_told_and_shown_the_change(translator, article):
    twin = outdated_translation(article)

    page = translator.get(reverse("wagtailadmin_pages:edit", args=[twin.pk])).content.decode()
    changes = translator.get(reverse("kb_source_changes", args=[twin.pk])).content.decode()

    assert reverse("kb_source_changes", args=[twin.pk]) in page
    assert reverse("kb_confirm_translation", args=[twin.pk]) in page
    assert '<span class="deletion">15 ngày.</span><span class="addition">30 ngày.</span>' in changes


def test_editor_of_a_current_translation_is_left_in_peace(translator, article):
    twin = published_translation(article)

    page = translator.get(reverse("wagtailadmin_pages:edit", args=[twin.pk])).content.decode()

    assert reverse("kb_confirm_translation", args=[twin.pk]) not in page


def test_translator_says_that_it_is_up_to_date(translator, article):
    twin = outdated_translation(article)
    address = reverse("kb_confirm_translation", args=[twin.pk])

    asked = translator.get(address)
    translator.post(address)

    assert asked.status_code == 200
    assert english_state(article).status == TranslationStatus.CURRENT


def test_looking_at_the_question_changes_nothing(translator, article):
    twin = outdated_translation(article)

    translator.get(reverse("kb_confirm_translation", args=[twin.pk]))

    assert english_state(article).status == TranslationStatus.OUTDATED


def test_who_may_not_edit_the_translation_may_not_confirm_it(client, article):
    twin = outdated_translation(article)
    writer = sign_in(client, "vi")

    for name in ("kb_confirm_translation", "kb_source_changes"):
        response = (
            writer.post(reverse(name, args=[twin.pk]))
            if "confirm" in name
            else writer.get(reverse(name, args=[twin.pk]))
        )

        assert response.status_code == 302
    assert english_state(article).status == TranslationStatus.OUTDATED


def test_page_without_a_source_has_nothing_to_confirm(translator, article):
    twin = outdated_translation(article)
    ArticlePage.objects.get(pk=article.pk).delete()

    for name in ("kb_confirm_translation", "kb_source_changes"):
        assert translator.get(reverse(name, args=[twin.pk])).status_code == 404


# --- The trees in step


def test_translation_of_a_moved_source_is_moved_by_one_button(translator, article):
    twin = published_translation(article)
    elsewhere = make_category(title="Bảo hành", code="bao-hanh")
    english = published_translation(elsewhere, title="Warranty")
    ArticlePage.objects.get(pk=article.pk).move(CategoryPage.objects.get(pk=elsewhere.pk), pos="last-child")
    address = reverse("kb_move_translation", args=[twin.pk])

    asked = translator.get(address)
    translator.post(address)
    again = translator.post(address)

    assert asked.status_code == 200
    assert Page.objects.get(pk=twin.pk).get_parent().pk == english.pk
    assert again.status_code == 404


def test_moving_the_source_says_that_the_translation_stayed(client, article):
    editor = sign_in(client, "vi", "en")
    twin = published_translation(article)
    elsewhere = make_category(title="Bảo hành", code="bao-hanh")
    published_translation(elsewhere, title="Warranty")

    response = editor.post(reverse("wagtailadmin_pages:move_confirm", args=[article.pk, elsewhere.pk]), follow=True)

    assert reverse("kb_move_translation", args=[twin.pk]) in response.content.decode()


# --- The table


def test_table_shows_each_page_in_each_language_with_what_to_do(translator, article):
    missing = make_article(article.get_parent(), title="Chưa dịch")
    twin = outdated_translation(article)

    page = translator.get(reverse("kb_translations")).content.decode()

    assert "Trả hàng" in page
    assert reverse("kb_translate", args=[missing.pk, "en"]) in page
    assert reverse("kb_source_changes", args=[twin.pk]) in page
    assert reverse("wagtailadmin_pages:edit", args=[article.pk]) not in page


@pytest.mark.parametrize(
    ("status", "shown"), [("outdated", {"Trả hàng"}), ("missing", {"Chưa dịch"}), ("in_work", set())]
)
def test_table_is_filtered_by_state(translator, article, status, shown):
    make_article(article.get_parent(), title="Chưa dịch")
    outdated_translation(article)

    response = translator.get(reverse("kb_translations"), {"status": status})

    assert {page.title for page in response.context["object_list"]} == shown


def test_table_is_filtered_by_category_and_owner(translator, article):
    other = make_category(title="Khác", code="khac")
    make_article(other, title="Bài khác")

    response = translator.get(reverse("kb_translations"), {"category": article.get_parent().pk})

    assert [page.title for page in response.context["object_list"]] == ["Đổi trả", "Trả hàng"]


def test_table_keeps_a_page_whose_source_was_deleted(translator, article):
    published_translation(article, title="Orphan")
    ArticlePage.objects.get(pk=article.pk).delete()

    page = translator.get(reverse("kb_translations")).content.decode()

    assert "Orphan" in page


def test_table_says_when_nothing_is_like_that(translator, article):
    response = translator.get(reverse("kb_translations"), {"q": "không có bài này"})

    assert "Bỏ bớt bộ lọc" in response.content.decode()


@pytest.mark.parametrize(
    "query", [{"p": "999"}, {"p": "x"}, {"status": "x"}, {"owner": "0"}, {"category": "-1"}, {"q": "\x00"}]
)
def test_table_survives_odd_addresses(translator, article, query):
    assert translator.get(reverse("kb_translations"), query).status_code == 200


def test_table_costs_the_same_for_any_number_of_rows(translator, article, django_assert_max_num_queries):
    for number in range(12):
        made = make_article(article.get_parent(), title=f"Bài {number}")
        if number % 2:
            published_translation(made, title=f"Article {number}")

    translator.get(reverse("kb_translations"))  # fills what is kept between requests

    with django_assert_max_num_queries(21):
        translator.get(reverse("kb_translations"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_table_is_exported(translator, article, kind):
    make_article(article.get_parent(), title="=1+1")

    response = translator.get(reverse("kb_translations"), {"export": kind})

    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200
    assert content
    if kind == "csv":
        assert "'=1+1" in content.decode()


def test_who_works_on_no_pages_sees_no_table(client, site_tree):
    response = sign_in(client).get(reverse("kb_translations"))

    assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))


# --- Catalogue and reusable texts


def test_administrator_sees_what_is_missing_and_makes_a_draft(admin_client, site_tree):
    product = make_product("NM-W85", tasks=[("Vệ sinh", 3)])
    part = make_part("LK-1", products=[product])
    address = reverse("kb_translate_thing", args=["product", product.pk, "en"])

    before = admin_client.get(reverse("kb_thing_translations")).content.decode()
    for _time in range(2):
        response = admin_client.post(address)
    admin_client.post(reverse("kb_translate_thing", args=["sparepart", part.pk, "en"]))

    twin = Product.objects.in_language("en").get()
    assert address in before
    assert (twin.live, twin.code, twin.maintenance_tasks.count()) == (False, "NM-W85", 1)
    assert str(twin.pk) in response.url
    assert [one.pk for one in SparePart.objects.in_language("en").get().products.all()] == [twin.pk]
    assert Product.objects.get(pk=product.pk).live


@pytest.mark.parametrize(
    ("kind", "language", "status"), [("product", "fr", 404), ("product", "vi", 404), ("page", "en", 404)]
)
def test_odd_addresses_of_things_are_not_found(admin_client, site_tree, kind, language, status):
    product = make_product("NM-W85")

    assert admin_client.post(f"/admin/translations/catalogue/{kind}/{product.pk}/to/{language}/").status_code == status


def test_things_are_made_by_post_and_with_the_right_only(admin_client, client, site_tree):
    product = make_product("NM-W85")
    address = reverse("kb_translate_thing", args=["product", product.pk, "en"])

    assert admin_client.get(address).status_code == 405
    translator = sign_in(Client(), "en")
    assert translator.post(address).status_code == 302
    assert translator.get(reverse("kb_thing_translations")).status_code == 302
    assert Product.objects.count() == 1
