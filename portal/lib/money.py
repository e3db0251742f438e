"""Amounts as people read them; stored and computed as whole minor units, never as floats."""

from django.utils.translation import get_language

# ISO 4217: how many digits of an amount are minor units. Unlisted currencies have two.
_EXPONENTS = {"VND": 0, "JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}
_SYMBOLS = {"VND": "₫", "USD": "US$", "EUR": "€"}
_DEFAULT_EXPONENT = 2


def format_amount(minor_units: int, currency: str) -> str:
    """Return "1.250.000 ₫" (Vietnamese) or "1,250,000 ₫" (English)."""
    exponent = _EXPONENTS.get(currency, _DEFAULT_EXPONENT)
    whole, fraction = divmod(abs(minor_units), 10**exponent)
    digits = f"{whole:,}" + (f".{fraction:0{exponent}d}" if exponent else "")
    if (get_language() or "vi").startswith("vi"):
        digits = digits.translate(str.maketrans(",.", ".,"))
    sign = "−" if minor_units < 0 else ""
    # A no-break space: the sign of the currency never wraps to the next line.
    return f"{sign}{digits}\u00a0{_SYMBOLS.get(currency, currency)}"
