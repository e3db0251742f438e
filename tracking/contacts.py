"""E-mail addresses and phone numbers as they are compared."""

import re
import unicodedata

import phonenumbers

_PHONE_CHARACTERS = re.compile(r"^[\d\s().+\-]+$")
# In 2018 Vietnamese mobile numbers of eleven digits became ten; old address books still hold them.
# Source: decision 798/QĐ-BTTTT of the Ministry of Information and Communications.
_OLD_MOBILE_PREFIXES = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_OLD_MOBILE_LENGTH = 11


def normalise_email(typed: str) -> str | None:
    """Return the address in lower case and composed form, or None when `typed` is not one."""
    text = unicodedata.normalize("NFC", typed).strip().lower()
    local, at, domain = text.rpartition("@")
    if not at or not local or "." not in domain or len(text) > 254 or re.search(r"[\s\x00-\x1f<>,;]", text):
        return None
    return text


def normalise_phone(typed: str) -> str | None:
    """Return the number in E.164 (`+84912345678`), or None when `typed` is not a phone number.

    Accepts 0…, 84…, +84…, spaces, dots, brackets and the eleven-digit mobile numbers of before 2018.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if len(text) > 32 or not _PHONE_CHARACTERS.match(text):
        return None
    digits = re.sub(r"\D", "", text)
    if digits.startswith("84") and len(digits) > 10 and not text.startswith("0"):
        digits = "0" + digits[2:]
    elif text.startswith("+"):
        digits = "+" + digits
    if len(digits) == _OLD_MOBILE_LENGTH and digits[:4] in _OLD_MOBILE_PREFIXES:
        digits = _OLD_MOBILE_PREFIXES[digits[:4]] + digits[4:]
    try:
        number = phonenumbers.parse(digits, "VN")
    except phonenumbers.NumberParseException:
        return None
    # "Possible", not "valid": a number range that opens next year must not lock its owners out.
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_contact(typed: str) -> str | None:
    """Return the e-mail address or phone number that `typed` means, or None."""
    return normalise_email(typed) if "@" in typed else normalise_phone(typed)
