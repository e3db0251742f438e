"""Promoted results: which searches show them, in which order, and what never shows."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from wagtail.models import PageViewRestriction

from kb.models import PhraseMatching, SearchPromotion
from kb.search.promotions import promoted
from tests.factories.kb import make_article, make_category

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), title="Thời hạn bảo hành", short_answer="Hai năm.")


def promote(phrases, page=None, **fields):
    promotion = SearchPromotion(phrases=phrases, page=page, **fields)
    promotion.full_clean()
    promotion.save()
    return promotion


def titles(text, language="vi", **options):
    return [one.title for one in promoted(text, language=language, **options)]


@pytest.mark.parametrize("typed", ["bảo hành", "BAO HANH", "bao  hanh ", "baohanh", "bảo hành", "Bảo-hành?"])
def test_phrase_is_found_however_it_is_typed(article, typed):
    promote("bảo hành\ngiữ phiếu", page=article)

    [result] = promoted(typed, language="vi")

    assert (result.title, result.url, result.text, result.page_id) == (
        "Thời hạn bảo hành",
        "/vi/help/bao-hanh/thoi-han-bao-hanh/",
        "Hai năm.",
        article.pk,
    )
    assert not result.is_external


def test_each_phrase_of_several_shows_it(article):
    promote("bảo hành\nNM-W85 hỏng", page=article)

    assert titles("nmw85 hỏng") == titles("NM-W85 hong") == ["Thời hạn bảo hành"]


def test_whole_searches_only_unless_the_editor_says_otherwise(article):
    whole = promote("bảo hành", page=article)
    assert titles("bảo hành máy giặt") == []

    whole.matching = PhraseMatching.WITHIN
    whole.save()

    assert titles("thời hạn bảo hành máy giặt") == ["Thời hạn bảo hành"]
    assert titles("bảo quản hành") == []


def test_corrected_search_shows_it_too(article):
    promote("bảo hành", page=article)

    assert titles("bảo hàng", corrected_query="bảo hành") == ["Thời hạn bảo hành"]


def test_other_language_shows_nothing(article):
    promote("bảo hành", page=article)

    assert titles("bảo hành", language="en") == []


def test_lower_numbers_come_first_and_three_are_enough(article):
    for position in (40, 20, 30, 10):
        promote("giao hàng", address=f"/vi/orders/?{position}", title=f"{position}", position=position)

    assert titles("giao hàng") == ["10", "20", "30"]


def test_a_page_promoted_twice_is_shown_once(article):
    promote("bảo hành", page=article)
    promote("bảo hành\nbh", page=article, title="Lần nữa", position=20)

    assert titles("bảo hành") == ["Thời hạn bảo hành"]


def test_dates_begin_and_end_it(article, monkeypatch):
    now = timezone.now()
    promote("tết", page=article, starts_at=now, ends_at=now + timedelta(days=7))
    shown = {}
    for hours in (-1, 0, 24 * 7 - 1, 24 * 7):
        monkeypatch.setattr(timezone, "now", lambda hours=hours: now + timedelta(hours=hours))
        shown[hours] = bool(titles("tết"))

    assert shown == {-1: False, 0: True, 167: True, 168: False}


def test_draft_unpublished_expired_closed_and_deleted_pages_never_show(article):
    draft = make_article(make_category(title="Khác", code="khac"), title="Bản nháp", is_live=False)
    promote("bảo hành", page=article)
    promote("bảo hành", page=draft)
    assert titles("bảo hành") == ["Thời hạn bảo hành"]

    restriction = PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    closed = titles("bảo hành")
    restriction.delete()
    type(article).objects.filter(pk=article.pk).update(expire_at=timezone.now())
    expired = titles("bảo hành")
    type(article).objects.filter(pk=article.pk).update(expire_at=None)
    article.unpublish()
    unpublished = titles("bảo hành")
    article.delete()

    assert closed == expired == unpublished == titles("bảo hành") == []
    assert SearchPromotion.objects.count() == 2


def test_address_outside_is_told_apart(site_tree):
    promote("tuyển dụng", address="https://vieclam.example.com/", title="Việc làm", text="Ở Nhà Mây.")

    [result] = promoted("tuyển dụng", language="vi")

    assert (result.url, result.text, result.page_id, result.is_external) == (
        "https://vieclam.example.com/",
        "Ở Nhà Mây.",
        None,
        True,
    )


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("phrases", {"phrases": " \n", "address": "/vi/", "title": "x"}),
        ("phrases", {"phrases": "?!", "address": "/vi/", "title": "x"}),
        ("phrases", {"phrases": "một hai ba bốn năm sáu bảy tám chín", "address": "/vi/", "title": "x"}),
        ("phrases", {"phrases": "\n".join(map(str, range(51))), "address": "/vi/", "title": "x"}),
        ("address", {"phrases": "a"}),
        ("address", {"phrases": "a", "address": "javascript:alert(1)", "title": "x"}),
        ("address", {"phrases": "a", "address": "//evil.example", "title": "x"}),
        ("address", {"phrases": "a", "address": "http://evil.example", "title": "x"}),
        ("address", {"phrases": "a", "address": "/vi/ x", "title": "x"}),
        ("title", {"phrases": "a", "address": "/vi/"}),
        (
            "ends_at",
            {"phrases": "a", "address": "/vi/", "title": "x", "starts_at": NOW, "ends_at": NOW},
        ),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_at_its_field(site_tree, field, values):
    with pytest.raises(ValidationError) as refused:
        SearchPromotion(**values).full_clean()

    assert list(refused.value.message_dict) == [field]


def test_page_of_another_language_is_refused(article):
    with pytest.raises(ValidationError) as refused:
        SearchPromotion(phrases="warranty", language="en", page=article).full_clean()

    assert "page" in refused.value.message_dict


def test_searches_cost_a_query_only_where_a_phrase_fits(article, django_assert_num_queries):
    promote("bảo hành", page=article)
    titles("bảo hành")

    with django_assert_num_queries(0):
        titles("máy giặt không vắt " * 40)
    with django_assert_num_queries(2):
        titles("bảo hành")


def test_address_without_title_is_refused_by_the_database_too(site_tree):
    with pytest.raises(IntegrityError):
        SearchPromotion.objects.create(phrases="bảo hành", address="/vi/orders/")
