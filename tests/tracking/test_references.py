"""The public reference: random, checked, forgiving to the typist."""

import pytest

from portal.lib.references import ALPHABET
from tracking.references import LENGTH, make_reference, normalise_number, normalise_reference


def test_references_are_ten_unambiguous_characters():
    references = {make_reference() for _ in range(500)}

    assert len(references) == 500
    assert all(len(reference) == LENGTH and set(reference) <= set(ALPHABET) for reference in references)


def test_what_a_person_types_is_understood():
    reference = make_reference(0)  # all zeros but the check character

    assert reference == "0000000000"
    assert normalise_reference("ooooo-ooooo") == reference
    assert normalise_reference("  00 00 00 00 00 ") == reference


def test_lower_case_and_look_alikes_mean_the_same():
    reference = make_reference(0b00001_00001_00001_00001_00001_00001_00001_00001_00001)
    typed = reference.replace("1", "l").lower()

    assert "l" in typed
    assert normalise_reference(typed) == reference


@pytest.mark.parametrize("at", range(LENGTH))
def test_every_single_wrong_character_is_noticed(at):
    reference = make_reference(12_345_678_901)

    for character in ALPHABET.replace(reference[at], ""):
        assert normalise_reference(reference[:at] + character + reference[at + 1 :]) is None


def test_every_swap_of_two_characters_is_noticed():
    reference = make_reference(23_456_789_012_345)

    for first in range(LENGTH):
        for second in range(first + 1, LENGTH):
            swapped = list(reference)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            if swapped != list(reference):
                assert normalise_reference("".join(swapped)) is None


@pytest.mark.parametrize("typed", ["", "A", "U" * 10, "€" * 10, "0" * 10_000, "\x00", "<b>0000000</b>"])
def test_what_cannot_be_a_reference_is_none(typed):
    assert normalise_reference(typed) is None


def test_the_sellers_number_ignores_case_spaces_and_dashes():
    assert normalise_number(" nm 10001 ") == normalise_number("NM-10001") == "NM10001"
