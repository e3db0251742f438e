"""Translations: where a copy stands, what it names, and when it is outdated."""

import json

import pytest
from wagtail.models import Page

from kb.models import ArticlePage, CategoryPage, FaqPage, TranslationRecord
from kb.page_changes import forget_pages
from kb.translation.copies import CannotTranslate, translate_page, twin_in
from kb.translation.records import NoSource, confirm_translation
from kb.translation.states import TranslationStatus, translation_states, with_status
from tests.factories.kb import make_article, make_category, make_product, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def category(site_tree):
    return make_category(title="Đổi trả", code="doi-tra")


@pytest.fixture
def article(category):
    return make_article(category, title="Trả hàng", short_answer="15 ngày.", body=[text("<p>Giữ hộp.</p>")])


def translate(page, title=""):
    return translate_page(page=page, language="en", user=None, title=title)


def state(page):
    return translation_states([page])[page.pk]["en"]


def publish(page, **changes):
    page = type(page).objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def publish_translation(page):
    twin = translate(page).page
    twin.save_revision().publish()
    return type(twin).objects.get(pk=twin.pk)


# --- Making a translation


def test_translation_is_a_draft_beside_its_source(article, category):
    done = translate(article, title="Returning goods")

    twin = ArticlePage.objects.get(pk=done.page.pk)
    assert (twin.live, twin.title, twin.slug, twin.locale.language_code) == (
        False,
        "Returning goods",
        "returning-goods",
        "en",
    )
    assert twin.get_parent().translation_key == category.translation_key
    assert twin.translation_key == article.translation_key
    assert twin.alias_of_id is None
    assert twin.short_answer == "15 ngày."
    assert state(article).status == TranslationStatus.DRAFT


def test_missing_categories_are_made_as_drafts_outermost_first(category):
    inner = make_category(parent=category, title="Máy giặt", code="may-giat")
    article = make_article(CategoryPage.objects.get(pk=inner.pk), title="Trả máy giặt")

    done = translate(article)

    assert [parent.specific.code for parent in done.parents] == ["doi-tra", "may-giat"]
    assert not any(Page.objects.get(pk=parent.pk).live for parent in done.parents)
    assert not Page.objects.filter(alias_of__isnull=False).exists()


def test_translating_again_returns_what_is_there(article):
    first = translate(article).page

    again = translate(article)

    assert (again.page.pk, again.is_new) == (first.pk, False)


def test_draft_is_translated_from_its_latest_revision(category):
    article = make_article(category, title="Nháp", is_live=False)
    article.short_answer = "Bản mới nhất."
    article.save_revision()

    assert translate(article).page.short_answer == "Bản mới nhất."


def test_unpublished_changes_of_a_published_source_wait(article):
    article.short_answer = "Chưa duyệt."
    article.save_revision()

    assert translate(article).page.short_answer == "15 ngày."


def test_what_is_named_becomes_its_twin_and_the_rest_is_left_out_and_told(category):
    with_twin, alone = make_product("NM-W85"), make_product("NM-F6", name="Nồi chiên")
    english = make_product(
        "NM-W85", language="en", name="Washing machine W85", translation_key=with_twin.translation_key
    )
    other = make_category(title="Bảo hành", code="bao-hanh")
    english_other = translate(other).page
    neighbour = make_article(category, title="Hàng xóm")
    english_neighbour = translate(neighbour).page
    article = make_article(category, title="Trả máy", products=[with_twin, alone], external_id="tra-may")
    article.also_in = [other]
    article.replaced_by = neighbour
    article.related_articles.create(article=neighbour)
    article.body = json.dumps([text(f'<p><a linktype="page" id="{neighbour.pk}">xem</a></p>')])
    article.save()

    done = translate(ArticlePage.objects.get(pk=article.pk))

    twin = ArticlePage.objects.get(pk=done.page.pk)
    assert [product.pk for product in twin.products.all()] == [english.pk]
    assert [one.pk for one in twin.also_in.all()] == [english_other.pk]
    assert twin.replaced_by_id == english_neighbour.pk
    assert [link.article_id for link in twin.related_articles.all()] == [english_neighbour.pk]
    assert f'id="{english_neighbour.pk}"' in twin.body.get_prep_value()[0]["value"]
    assert twin.external_id is None
    assert done.left_out == ("Nồi chiên (NM-F6)",)
    source = ArticlePage.objects.get(pk=article.pk)
    assert (source.external_id, source.products.count(), source.replaced_by_id) == ("tra-may", 2, neighbour.pk)


def test_latest_revision_of_the_copy_names_the_twins_too(category):
    product = make_product("NM-W85")
    english = make_product("NM-W85", language="en", translation_key=product.translation_key)

    twin = translate(make_article(category, products=[product])).page

    draft = Page.objects.get(pk=twin.pk).get_latest_revision_as_object()
    assert [one.pk for one in draft.products.all()] == [english.pk]


def test_care_of_the_source_is_no_care_of_the_copy(category):
    article = make_article(category, last_checked_on="2026-10-01", checked_for="W85")

    twin = translate(article).page

    assert (twin.last_checked_on, twin.checked_for) == (None, "")


def test_kind_of_article_stays(category):
    assert isinstance(translate(make_article(category, model=FaqPage)).page, FaqPage)


def test_alias_is_not_translated(article, category):
    alias = article.create_alias(parent=category, update_slug="lap-lai", reset_translation_key=True)

    with pytest.raises(CannotTranslate):
        translate(alias)


def test_unknown_language_is_refused(article):
    with pytest.raises(CannotTranslate):
        translate_page(page=article, language="fr", user=None)


# --- Outdated or not


def test_published_translation_is_up_to_date(article):
    publish_translation(article)

    assert state(article).status == TranslationStatus.CURRENT


def test_changed_text_of_the_source_makes_the_translation_outdated(article):
    publish_translation(article)

    publish(article, short_answer="30 ngày.")

    assert state(article).status == TranslationStatus.OUTDATED
    assert state(article).outdated_since is not None


@pytest.mark.parametrize("changes", [{}, {"last_checked_on": "2026-11-01"}, {"keywords": "hoàn hàng"}, {"slug": "tra"}])
def test_publishing_without_a_change_of_text_leaves_the_translation_current(article, changes):
    publish_translation(article)

    publish(article, **changes)

    assert state(article).status == TranslationStatus.CURRENT


def test_body_put_in_anew_with_other_block_numbers_is_the_same_text(article):
    publish_translation(article)

    publish(article, body=json.dumps([{**text("<p>Giữ hộp.</p>"), "id": "00000000-0000-0000-0000-000000000001"}]))

    assert state(article).status == TranslationStatus.CURRENT


def test_draft_of_the_source_does_not_make_the_translation_outdated(article):
    publish_translation(article)
    article.short_answer = "30 ngày."

    article.save_revision()

    assert state(article).status == TranslationStatus.CURRENT


def test_going_back_to_the_compared_text_takes_the_mark_away(article):
    publish_translation(article)
    publish(article, short_answer="30 ngày.")

    publish(article, short_answer="15 ngày.")

    assert state(article).status == TranslationStatus.CURRENT


def test_draft_of_an_outdated_translation_is_told_apart(article):
    twin = publish_translation(article)
    publish(article, short_answer="30 ngày.")

    twin.save_revision()

    assert state(article).status == TranslationStatus.IN_WORK


def test_unpublished_translation_knows_that_its_source_changed(article):
    translate(article)

    publish(article, short_answer="30 ngày.")

    assert state(article).status == TranslationStatus.DRAFT
    assert state(article).outdated_since is not None


def test_confirming_makes_it_current_and_may_be_repeated(article):
    twin = publish_translation(article)
    source = publish(article, short_answer="30 ngày.")

    for _time in range(2):
        confirm_translation(page=twin, user=None)

    record = TranslationRecord.objects.get(page=twin)
    assert state(article).status == TranslationStatus.CURRENT
    assert record.source_revision_id == source.live_revision_id


def test_purged_revision_does_not_lose_the_comparison(article):
    twin = publish_translation(article)
    record = TranslationRecord.objects.get(page=twin)
    publish(article, last_checked_on="2026-11-01")
    record.source_revision.delete()

    publish(article, last_checked_on="2026-11-02")

    assert state(article).status == TranslationStatus.CURRENT


def test_page_without_a_source_cannot_be_confirmed(article):
    twin = publish_translation(article)
    ArticlePage.objects.get(pk=article.pk).delete()

    with pytest.raises(NoSource):
        confirm_translation(page=ArticlePage.objects.get(pk=twin.pk), user=None)


def test_source_cannot_be_confirmed(article):
    with pytest.raises(NoSource):
        confirm_translation(page=article, user=None)


def test_unpublished_source_still_is_the_source(article):
    twin = publish_translation(article)

    ArticlePage.objects.get(pk=article.pk).unpublish()

    assert state(ArticlePage.objects.get(pk=article.pk)).status == TranslationStatus.CURRENT
    assert confirm_translation(page=twin, user=None)


def test_source_written_after_its_translation_starts_the_record(article):
    twin = translate(article).page
    TranslationRecord.objects.all().delete()
    ArticlePage.objects.get(pk=article.pk).delete()
    late = make_article(make_category(title="Khác", code="khac"), translation_key=twin.translation_key)

    publish(late, short_answer="Mới.")

    assert state(late).outdated_since is not None


def test_moved_source_is_told(article):
    publish_translation(article)
    assert state(article).stands_elsewhere is False
    elsewhere = make_category(title="Bảo hành", code="bao-hanh")

    ArticlePage.objects.get(pk=article.pk).move(CategoryPage.objects.get(pk=elsewhere.pk), pos="last-child")

    assert state(ArticlePage.objects.get(pk=article.pk)).stands_elsewhere is True


# --- What readers see


def test_readers_of_an_outdated_translation_are_sent_to_the_newer_text(client, article, category):
    publish(translate(category).page)
    twin = publish_translation(article)
    before = client.get(twin.get_url()).content.decode()
    publish(article, short_answer="30 ngày.")
    outdated = client.get(twin.get_url()).content.decode()
    confirm_translation(page=twin, user=None)
    forget_pages()
    after = client.get(twin.get_url()).content.decode()

    told = ["the Vietnamese text holds" in page for page in (before, outdated, after)]
    assert told == [False, True, False]
    assert f'href="{article.get_url()}" hreflang="vi"' in outdated
    assert "the Vietnamese text holds" not in client.get(article.get_url()).content.decode()


def test_unpublished_source_is_not_offered(client, article, category):
    publish(translate(category).page)
    twin = publish_translation(article)
    publish(article, short_answer="30 ngày.").unpublish()

    page = client.get(twin.get_url()).content.decode()

    assert "the Vietnamese text holds" not in page
    assert 'hreflang="vi" href' not in page


# --- Lists


def test_states_of_many_pages_cost_two_queries(category, django_assert_max_num_queries):
    pages = [make_article(category) for _number in range(4)]
    for page in pages[:2]:
        publish_translation(page)

    with django_assert_max_num_queries(2):
        states = translation_states(pages)

    assert [states[page.pk]["en"].status for page in pages] == ["current", "current", "missing", "missing"]
    assert states[pages[0].pk]["vi"].status == TranslationStatus.CURRENT


def test_pages_are_kept_by_status(category):
    pages = {status: make_article(category, title=f"Bài {status}") for status in TranslationStatus}
    translate(pages[TranslationStatus.DRAFT])
    for status in ("current", "outdated", "in_work"):
        twin = publish_translation(pages[status])
        if status != "current":
            publish(pages[status], short_answer="Mới.")
        if status == "in_work":
            twin.save_revision()

    for status in TranslationStatus:
        kept = with_status(
            Page.objects.type(ArticlePage).filter(locale__language_code="vi"), language="en", status=status
        )

        assert [page.title for page in kept] == [f"Bài {status}"]


def test_twin_is_found_in_either_direction(article):
    twin = translate(article).page

    assert twin_in(twin, "vi").pk == article.pk
