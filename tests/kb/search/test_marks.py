"""Marks put back into Vietnamese that was typed without them."""

import unicodedata

import pytest

from kb.search.semantic.marks import MarkRestorer

TEXTS = [
    "Máy giặt không xả nước. Vệ sinh lưới lọc bơm xả của máy giặt.",
    "Máy in bị kẹt giấy, kéo giấy ra theo chiều giấy đi.",
    "Thanh toán bằng thẻ tín dụng; giá thế nào?",
    "Có thể thay lõi lọc nước.",
]


@pytest.fixture(scope="module")
def restorer():
    made = MarkRestorer()
    made.learn(TEXTS)
    return made


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("may giat khong xa nuoc", "máy giặt không xả nước"),
        ("MAY IN ket giay", "máy in kẹt giấy"),
        ("the tin dung", "thẻ tín dụng"),
        ("co the thay loi loc", "có thể thay lõi lọc"),
        ("robot S7 ket giay", "robot s7 kẹt giấy"),
    ],
)
def test_the_likeliest_marks_by_neighbours(restorer, typed, restored):
    assert restorer.restore(typed) == restored


@pytest.mark.parametrize(
    "text", ["máy giat khong xa nuoc", unicodedata.normalize("NFD", "kẹt giay"), "", "???", "\x00"]
)
def test_a_text_with_any_mark_or_without_words_stays_as_it_is(restorer, text):
    assert restorer.restore(text) == text


def test_words_that_were_never_learnt_stay(restorer):
    assert restorer.restore("zzz wifi") == "zzz wifi"


def test_more_texts_may_be_learnt_later(restorer):
    grown = MarkRestorer()
    grown.learn(TEXTS)
    grown.learn(["Nồi chiên bốc khói"])

    assert grown.restore("noi chien boc khoi") == "nồi chiên bốc khói"
    assert restorer.restore("noi chien boc khoi") == "noi chien boc khoi"
