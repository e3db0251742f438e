"""E-mail addresses and phone numbers as people write them."""

import unicodedata

import pytest

from tracking.contacts import normalise_contact, normalise_email, normalise_phone


@pytest.mark.parametrize(
    "typed", ["0912345678", "+84912345678", "84 912 345 678", "0912.345.678", "(091) 234-5678", "０９１２３４５６７８"]
)
def test_one_phone_number_has_many_spellings(typed):
    assert normalise_phone(typed) == "+84912345678"


def test_mobile_numbers_of_before_2018_are_mapped():
    assert normalise_phone("01682345678") == "+84382345678"
    assert normalise_phone("+84 168 234 5678") == "+84382345678"


@pytest.mark.parametrize("typed", ["", "abc", "12", "0912345678<script>", "9" * 40, "\x00912345678"])
def test_what_is_no_phone_number_is_none(typed):
    assert normalise_phone(typed) is None


def test_an_address_is_compared_in_lower_case_and_composed():
    decomposed = unicodedata.normalize("NFD", "Hoà@example.com")

    assert normalise_email(decomposed) == "hoà@example.com"


@pytest.mark.parametrize(
    "typed", ["a@b", "@example.com", "a b@example.com", "a@example.com\nBcc: b@example.com", "a" * 300 + "@b.vn"]
)
def test_what_is_no_address_is_none(typed):
    assert normalise_email(typed) is None


def test_a_contact_is_an_address_or_a_number():
    assert normalise_contact("AN@Example.com") == "an@example.com"
    assert normalise_contact("0912 345 678") == "+84912345678"
    assert normalise_contact("An") is None
