"""Personal data in free text: taken out before the text is kept where nobody asked for it."""

import re

# The same in every language: the text around it says what stood there.
MASK = "[…]"

# The bounds are those of RFC 5321; without them 10,000 letters and no @ cost a square of that.
EMAIL = re.compile(r"[^\s@<>()\"',;:]{1,64}@[^\s@<>()\"',;:]{1,253}\.[^\W\d_]{2,}")
# "NM-10001", "HT-4K7Q2M9X": at least five characters after the hyphen, a digit among them. "NM-W85" is a product.
_NUMBER_WITH_PREFIX = re.compile(r"\b[A-Za-z]{1,4}-(?=[A-Za-z]*\d)[0-9A-Za-z]{5,}\b")
# Random public numbers ("4K7Q2M9XAB") and serial numbers: digits and letters mixed, eight or more.
_MIXED_CODE = re.compile(r"\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])(?=(?:[A-Za-z]*\d){2})[0-9A-Za-z]{8,}\b")
# Viet Nam's numbers, at home and from abroad, written with spaces, points or hyphens. Prices do not begin with 0.
_PHONE = re.compile(r"(?<![\d.,])(?:\+|00)\d[\d .()-]{7,16}\d|(?<![\d.,])0\d(?:[ .()-]{0,2}\d){7,9}(?!\d)")
# Identity cards, bank cards and accounts: nine digits and more, also in groups of four.
_LONG_NUMBER = re.compile(r"\b\d{9,}\b|\b\d{4}(?:[ -]\d{4}){2,}\b")
# "đơn hàng số 10001", "order #10001"
_NAMED_NUMBER = re.compile(
    # Each gap has an end: three unbounded ones side by side are tried in every split of a long run of blanks.
    r"((?:đơn(?: hàng)?|order|#)[\s:#]{0,8}(?:(?:số|no\.?|number|mã)[\s:#]{0,8})?)\d{4,}\b",
    re.IGNORECASE,
)


def without_personal_data(text: str) -> str:
    """Return `text` (in NFC) with e-mail addresses, phone numbers and numbers of orders, cases and cards masked.

    Names and street addresses stay: no rule tells them from other words. Product codes, error codes, prices and
    years stay too, for they are what the text is about. Pure; linear in the length of the text.
    """
    for pattern in (EMAIL, _NUMBER_WITH_PREFIX, _PHONE, _LONG_NUMBER, _MIXED_CODE):
        text = pattern.sub(MASK, text)
    return _NAMED_NUMBER.sub(rf"\1{MASK}", text)
