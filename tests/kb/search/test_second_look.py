"""The second look tells a page that says the question from one that has its words strewn about."""

import numpy as np
import pytest

from kb.search.analyzers import tokens
from kb.search.passages import code_of, decode_passages, encode_passages
from kb.search.query import Candidate, Word
from kb.search.second_look import match_passages

RARITY = {"thay": 1.0, "muc": 3.0, "may": 0.5, "in": 0.5, "giay": 2.0}


def rarity(codes):
    by_code = {code_of(term): rare for term, rare in RARITY.items()}
    return np.array([by_code.get(int(code), 0) for code in codes], np.float32)


def page(title, *sentences, headings=()):
    leads = [lead.split() for lead in (title, *headings)]
    return decode_passages(encode_passages(leads, [sentence.split() for sentence in sentences]), rarity)


def asked(text, weight=1.0):
    return [Word(token, (Candidate(token.term, weight),)) for token in tokens(text, "vi")]


def test_heading_counts_by_the_words_it_names_and_by_how_little_else_it_says():
    pages = [page("thay muc may in"), page("thay giay"), page("may in", headings=["thay muc"])]

    match = match_passages(asked("thay muc"), pages, rarity)

    assert match.title == pytest.approx([4 * 4 / 5, 1 * 1 / 3, 0])
    assert match.heading == pytest.approx([4 * 4 / 5, 1 * 1 / 3, 4])


def test_one_sentence_with_all_words_beats_words_in_many():
    pages = [page("x", "muc y", "thay y"), page("x", "thay y muc"), page("thay muc", "y")]

    assert match_passages(asked("thay muc"), pages, rarity).sentence == pytest.approx([3, 4, 0])


def test_guess_counts_by_its_weight():
    [word] = asked("muk")
    guessed = Word(word.token, (Candidate("muk", 1.0), Candidate("muc", 0.5)))

    assert match_passages([guessed], [page("x", "muc")], rarity).sentence == pytest.approx([3 * 0.5 * 0.5])


@pytest.mark.parametrize(("words", "pages"), [([], [page("thay")]), (asked("muc"), []), (asked("muc"), [page("", "")])])
def test_nothing_to_look_at_has_no_points(words, pages):
    assert match_passages(words, pages, rarity).title.tolist() == [0] * len(pages)


def test_long_page_is_read_to_its_first_words_only():
    long = decode_passages(encode_passages([["thay"]], [["y"] * 3999, ["y"], ["muc"]]), rarity)

    assert match_passages(asked("muc"), [long], rarity).sentence.tolist() == [0]
