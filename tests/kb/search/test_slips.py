"""A word one slip away is found by trying only letters that some word has there, and none is missed by that."""

import pytest

from kb.search.slips import Slips

WORDS = ["", "a", "giat", "giay", "gia", "gian", "in", "may", "muc", "nm", "printer", "thẻ", "w85", "xa", "xả"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def slips(words):
    return Slips(sorted(words), frozenset(words))


def every_slip(word):
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        yield from (head + letter + tail for letter in LETTERS)
        yield from (head + letter + tail[1:] for letter in LETTERS if tail)
        yield from (head + tail[1:] for _ in tail[:1])
        yield from (head + tail[1] + tail[0] + tail[2:] for _ in tail[1:2])


@pytest.mark.parametrize(
    "typed",
    [
        "giat",
        "giaat",
        "gat",
        "gait",
        "giatx",
        "xgiat",
        "gia",
        "gi",
        "m",
        "ax",
        "i",
        "n",
        "pirnter",
        "prnter",
    ],
)
def test_finds_exactly_the_words_that_trying_every_letter_finds(typed):
    near = slips(WORDS).near(typed)

    assert near == frozenset(every_slip(typed)) & frozenset(WORDS)
    assert near == slips(WORDS).near(typed), "the same when it is asked again"


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("w85", {"w85"}),
        ("w8s", {"w85"}),
        ("wb5", {"w85"}),
        ("eo", {"e0"}),
        ("w58", set()),
        ("w8", set()),
        ("w855", set()),
        ("e2", set()),
        ("a4", set()),
        ("1n", set()),
    ],
)
def test_code_is_only_ever_read_as_a_code_that_looks_alike(typed, codes):
    assert slips([*WORDS, "am", "e", "e0", "e3"]).near(typed) - {"e"} == codes


LONG = ["printer", "printers", "purifier", "washing", "machine", "warranty", "warranties", "nm123456"]


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("waranyty", {"warranty"}),
        ("warrnaties", {"warranties"}),
        ("purfiierr", {"purifier"}),
        ("prnters", set()),
        ("xurifier", set()),
        ("nm123465", set()),
        ("warranty" * 3, set()),
        ("", set()),
    ],
)
def test_two_slips_are_found_in_a_long_word_that_begins_right(typed, near):
    assert slips(LONG).near_by_two(typed) == near
    assert slips(LONG).near_by_two(typed) <= {word for one in every_slip(typed) for word in every_slip(one)}


@pytest.mark.parametrize("typed", ["zzzzzz", "x" * 21, "\x00", "thẽ"])
def test_finds_nothing_where_no_word_is_one_slip_away(typed):
    assert slips(["giat", "x" * 20, "thẻ"]).near(typed) == frozenset()


def test_vocabulary_without_words_is_near_nothing():
    assert slips([]).near("may") == frozenset()
