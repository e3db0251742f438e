"""How text becomes terms, and keystrokes become words."""

import unicodedata

import pytest

from kb.search.analyzers import fold, normalize, tokens
from kb.search.keystrokes import compose, decode_telex, decode_vni
from kb.search.word_forms import exact_form


@pytest.mark.parametrize("written", ["hoà", "hòa", "HOÀ", unicodedata.normalize("NFD", "hòa")])
def test_old_and_new_tone_placement_are_one_word(written):
    assert exact_form(unicodedata.normalize("NFC", written)) == exact_form("hoà")


def test_marks_that_make_another_letter_stay():
    assert len({exact_form(word) for word in ("can", "cân", "căn", "cần", "cấn")}) == 5


def test_folding_takes_every_mark_and_turns_dd_into_d():
    assert fold("Đổi trả ƯƠ ữ ệ") == "doi tra uo u e"


def test_vietnamese_words_are_not_stemmed_and_english_ones_are():
    assert [t.term for t in tokens("các máy printing", "vi")] == ["cac", "may", "printing"]
    assert [t.term for t in tokens("printing printers", "en")] == ["print", "printer"]


def test_control_characters_part_words_and_line_breaks_stay():
    assert normalize("a\x00b\x1bc\nd\u200be") == "a b c\nd e"


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("lieeju", "liệu"),
        ("lieeuj", "liệu"),
        ("ddoanj", "đoạn"),
        ("thuwcs", "thức"),
        ("thucws", "thức"),
        ("tafi", "tài"),
        ("nuwowcs", "nước"),
        ("nuowcs", "nước"),
        ("muaw", "mưa"),
        ("quaanf", "quần"),
        ("dodf", "đò"),
        ("hoaf", "hoà"),
        ("ghees", "ghế"),
    ],
)
def test_telex_keys_are_read(keys, word):
    assert compose(decode_telex(keys)) == word


@pytest.mark.parametrize(
    ("keys", "word"), [("ma1y", "máy"), ("lie65u", "liệu"), ("d9o6i3", "đổi"), ("nu7o7c1", "nước")]
)
def test_vni_keys_are_read(keys, word):
    assert compose(decode_vni(keys)) == word


@pytest.mark.parametrize("word", ["", "in", "máy", "w85", "123", "a" * 50])
def test_what_is_no_keystrokes_stays(word):
    assert decode_telex(word) is None
    assert decode_vni(word) is None or word == "w85"
