"""Telephone numbers as people read and dial them."""

from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import PhoneNumberType, number_type

# Service numbers (1900, 1800) are reached inside the country only; with +84 before them many networks refuse.
DIALLED_AS_PRINTED = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST}


def phone_text(number: PhoneNumber) -> str:
    """Return the number as it is printed in its country: "1900 0000", "0912 345 678"."""
    return str(number.as_national)


def phone_link(number: PhoneNumber) -> str:
    """Return the address that dials the number: "tel:19000000", "tel:+84912345678"."""
    if number_type(number) in DIALLED_AS_PRINTED:
        return f"tel:{phone_text(number).replace(' ', '')}"
    return f"tel:{number.as_e164}"
