"""Haystack's public interface on our engine: what other code may rely on."""

import pytest
from haystack.exceptions import SearchBackendError
from haystack.inputs import AutoQuery
from haystack.query import SQ, SearchQuerySet

from kb.models import ArticlePage, CategoryPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(read_only_shop):
    return read_only_shop


def ids(query_set):
    return [result.pk for result in query_set]


def test_content_filter_ranks(shop):
    [best, *_rest] = SearchQuerySet().filter(content="kẹt giấy", language="vi")

    assert (best.pk, best.title, best.model) == (shop.printer.pk, shop.printer.title, ArticlePage)
    assert best.score > 0
    assert best.object == ArticlePage.objects.get(pk=shop.printer.pk)


def test_slices_are_right_at_any_offset(shop):
    everything = ids(SearchQuerySet().filter(language="vi"))

    assert len(everything) == 5
    assert ids(SearchQuerySet().filter(language="vi")[1:4]) == everything[1:4]
    assert SearchQuerySet().filter(language="vi")[4].pk == everything[4]
    assert ids(SearchQuerySet().filter(language="vi")[4:40]) == everything[4:]
    assert SearchQuerySet().filter(language="vi").count() == 5


def test_pages_of_any_size_lose_and_double_nothing(shop):
    everything = ids(SearchQuerySet().all())

    for size in range(1, 7):
        query_set = SearchQuerySet().all()
        paged = [pk for start in range(0, 6, size) for pk in ids(query_set[start : start + size])]
        assert paged == everything


def test_filters_combine(shop):
    query_set = SearchQuerySet().filter(language="vi")

    assert ids(query_set.filter(category="may-in")) == [shop.printer.pk]
    assert ids(query_set.filter(category__in=["may-in", "thanh-toan"]).order_by("title")) == [
        shop.printer.pk,
        shop.card.pk,
    ]
    assert shop.printer.pk not in ids(query_set.exclude(category="may-in"))
    assert ids(query_set.narrow("article_type:faq")) == [shop.washer.pk]
    assert set(ids(SearchQuerySet().filter(SQ(category="thanh-toan") | SQ(language="en")))) == {
        shop.card.pk,
        shop.english.pk,
    }


def test_order_by_sorts_both_ways_and_by_several_fields(shop):
    up = [r.title for r in SearchQuerySet().filter(language="vi").order_by("title")]
    down = [r.title for r in SearchQuerySet().filter(language="vi").order_by("-title")]
    mixed = [r.pk for r in SearchQuerySet().all().order_by("-language", "title")]

    assert up == down[::-1]
    assert up[0] == shop.scale.title
    assert mixed[-1] == shop.english.pk
    with pytest.raises(SearchBackendError, match="colour"):
        list(SearchQuerySet().order_by("colour"))


def test_models_narrow(shop):
    assert SearchQuerySet().models(ArticlePage).count() == 6
    assert SearchQuerySet().models(CategoryPage).count() == 0


def test_auto_query_knows_phrases_and_exclusion(shop):
    phrase = SearchQuerySet().filter(language="vi", content=AutoQuery('"chân máy"'))
    without = SearchQuerySet().filter(language="vi", content=AutoQuery("máy giặt -NM-W85"))

    assert ids(phrase) == [shop.scale.pk]
    assert shop.washer.pk not in ids(without)
    assert shop.scale.pk in ids(without)


def test_highlight_marks_words(shop):
    [best, *_rest] = SearchQuerySet().filter(content="ket giay", language="vi").highlight()

    assert "<mark>kẹt giấy</mark>" in best.highlighted[0]


def test_facets_count(shop):
    counts = SearchQuerySet().filter(language="vi").facet("category").facet_counts()

    assert dict(counts["fields"]["category"]) == {"may-giat": 3, "may-in": 1, "thanh-toan": 1}


def test_more_like_this_leaves_out_the_page_itself(shop):
    similar = ids(SearchQuerySet().more_like_this(ArticlePage.objects.get(pk=shop.washer.pk)))

    assert shop.washer.pk not in similar
    assert shop.scale.pk in similar


def test_what_the_engine_cannot_do_is_an_error_not_silence(shop):
    with pytest.raises(SearchBackendError, match="boost"):
        list(SearchQuerySet().filter(content="máy").boost("máy", 2))
    with pytest.raises(SearchBackendError, match="colour"):
        list(SearchQuerySet().filter(colour="đỏ"))
