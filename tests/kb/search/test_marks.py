"""Marks put back into Vietnamese that was typed without them."""

import pytest

from kb.search.analyzers import fold
from kb.search.semantic.marks import MarkRestorer, everyday_texts

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


def restored(restorer, text):
    return restorer.restore(text.split())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("may giat khong xa nuoc", "máy giặt không xả nước"),
        ("may in ket giay", "máy in kẹt giấy"),
        ("the tin dung", "thẻ tín dụng"),
        ("co the thay loi loc", "có thể thay lõi lọc"),
        ("robot s7 ket giay", "robot s7 kẹt giấy"),
        ("may giặt khong xa nươc", "máy giặt không xả nươc"),  # a mark that was typed stays, right or wrong
        ("zzz wifi", "zzz wifi"),
        ("", ""),
    ],
)
def test_the_likeliest_marks_by_neighbours(restorer, typed, expected):
    assert restored(restorer, typed) == expected


@pytest.mark.parametrize(
    ("typed", "is_left_out"),
    [
        ("máy giặt không xả nước", False),
        ("máy in bị kẹt giấy", False),  # "in" is right as it is
        ("máy giặt không xả nước the", False),
        ("máy giat khong xả nước", True),
        ("may giat khong xa nuoc", True),
        ("robot wifi zzz", False),
        ("", False),
    ],
)
def test_marks_are_left_out_where_more_than_a_quarter_is_missing(restorer, typed, is_left_out):
    assert restorer.are_left_out(typed.split()) is is_left_out


def test_more_texts_may_be_learnt_later(restorer):
    grown = MarkRestorer()
    grown.learn(TEXTS)
    grown.learn(["Nồi chiên bốc khói"])

    assert restored(grown, "noi chien boc khoi") == "nồi chiên bốc khói"
    assert grown.knows("khoi")
    assert not restorer.knows("khoi")


def test_a_word_that_stands_beside_many_is_likelier_than_one_that_is_only_frequent():
    made = MarkRestorer()
    made.learn(["Lung tung."] * 5 + ["Sau lưng áo", "đau lưng quá", "lưng ghế", "tấm lưng gãy"])

    assert restored(made, "cai lung may") == "cai lưng may"
    assert restored(made, "lung tung") == "lung tung"


def test_everyday_speech_is_known_beside_the_words_of_the_pages(restorer):
    made = MarkRestorer()
    made.learn([*everyday_texts(), *TEXTS])

    assert restored(made, "bam hoai khong xong buc minh qua") == "bấm hoài không xong bực mình quá"
    assert restored(made, "may giat khong xa nuoc") == "máy giặt không xả nước"


def test_everyday_texts_are_marked_words_and_nothing_else():
    lines = everyday_texts()

    assert len(lines) > 500
    assert len(set(lines)) == len(lines)
    assert not [line for line in lines if line != line.strip()]
    assert sum(line != fold(line) for line in lines) > 0.99 * len(lines)
