"""Why a page ranks where it does: the points an editor sees are the score itself."""

import pytest

from kb import search
from kb.models import Synonym
from kb.search import synonyms

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(read_only_shop):
    yield read_only_shop
    synonyms.forget_kept()  # of lines that the test's rollback took back


@pytest.mark.parametrize("typed", ["máy in kẹt giấy", "may in ket giay", "máy in kẹtgiấy", "maý in kẹt giấi", "máy gi"])
def test_points_of_a_page_sum_to_its_score(shop, typed):
    hits = search.search(typed, language="vi").hits
    explained = search.explain(typed, language="vi", page_ids=[hit.id for hit in hits])

    assert hits
    for hit in hits:
        assert explained[hit.id].score == pytest.approx(hit.score, abs=2e-3)
        assert sum(one.points for one in explained[hit.id].contributions) == pytest.approx(explained[hit.id].score)


def test_every_part_says_which_term_stands_where(shop):
    explained = search.explain("kẹt giấy", language="vi", page_ids=[shop.printer.pk])[shop.printer.pk]

    by_kind = {(one.kind, one.term): one for one in explained.contributions}
    assert by_kind["pair", "ket giay"].places == ("title", "body")
    assert by_kind["word", "giay"].places == ("title", "keywords", "short_answer", "body")
    assert by_kind["exact", "giây\u0301"].typed == "giấy"
    assert all(one.points == pytest.approx(one.weight * one.relevance) for one in explained.contributions)


def test_title_that_is_the_question_has_points_of_its_own(shop):
    explained = search.explain("máy in bị kẹt giấy", language="vi", page_ids=[shop.printer.pk])[shop.printer.pk]

    by_kind = {one.kind: one for one in explained.contributions}
    assert by_kind["title"].places == ("title",)
    assert by_kind["title"].points > 0


def test_page_that_shares_no_word_has_no_points_and_an_unknown_page_no_entry(shop):
    explained = search.explain("kẹt giấy", language="vi", page_ids=[shop.scale.pk, 987654])

    assert explained[shop.scale.pk].score == 0
    assert 987654 not in explained


def test_line_that_is_only_tried_moves_the_page_and_says_so(shop):
    with search.trying_synonyms("vi", [("hết bảo dưỡng", "bảo hành")]):
        tried = search.search("het bao duong", language="vi")
        explained = search.explain("het bao duong", language="vi", page_ids=[shop.warranty.pk])
    after = search.explain("het bao duong", language="vi", page_ids=[shop.warranty.pk])

    assert tried.hits[0].id == shop.warranty.pk
    assert "synonym" in {one.kind for one in explained[shop.warranty.pk].contributions}
    assert "synonym" not in {one.kind for one in after[shop.warranty.pk].contributions}


def test_live_line_can_be_left_out_of_a_try(shop):
    Synonym.objects.create(language="vi", typed="hết bảo dưỡng", page_words="bảo hành")

    with search.trying_synonyms("vi", [], without=[("HET BAO DUONG", "bảo hành")]):
        explained = search.explain("hết bảo dưỡng", language="vi", page_ids=[shop.warranty.pk])

    assert "synonym" not in {one.kind for one in explained[shop.warranty.pk].contributions}


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="unknown language"):
        search.explain("giấy", language="xx", page_ids=[])
