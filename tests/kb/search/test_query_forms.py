"""The forms that judged queries are asked in."""

import pytest

from kb.search.measuring.evaluation import JudgedQuery
from kb.search.measuring.forms import forms_of, with_forms


def test_a_vietnamese_query_has_nine_forms():
    forms = forms_of("Máy giặt không xả nước", "vi")

    assert forms["asis"] == "Máy giặt không xả nước"
    assert forms["nodia"] == "may giat khong xa nuoc"
    assert forms["prefix"] == "Máy giặt không xả nư"
    assert forms["nfd"] != forms["asis"]
    assert forms["telex"] == "mays giawtj khoong xar nuwowcs"
    assert set(forms) == {"asis", "nodia", "typo", "typo_nd", "prefix", "tone", "nfd", "telex", "ask"}


@pytest.mark.parametrize(("typed", "moved"), [("hoà", "hòa"), ("thuỷ tinh", "thủy tinh"), ("bể", "bể")])
def test_the_tone_mark_moves_inside_its_group_of_vowels(typed, moved):
    assert forms_of(typed, "vi").get("tone", typed) == moved


def test_the_same_text_always_has_the_same_slip():
    first, second = (forms_of("Wash the filters every month", "en") for _ in range(2))

    assert first == second
    assert first["typo"] != first["asis"]


@pytest.mark.parametrize("text", ["", "E2", "…", "a b"])
def test_a_text_without_long_words_has_no_slip_and_no_cut(text):
    assert not {"typo", "prefix"} & set(forms_of(text, "vi"))


def test_only_queries_as_they_were_written_are_asked_in_other_forms():
    known = JudgedQuery("Printer jams", "en", "asis", frozenset({"jam"}), base="1")
    natural = JudgedQuery("it swallowed my sheet", "en", "natural", frozenset({"jam"}), base="2")

    asked = list(with_forms([known, natural]))

    assert [query.variant for query in asked] == ["asis", "typo", "prefix", "ask", "natural"]
    assert {query.base for query in asked[:4]} == {"1"}
