"""Amounts are whole minor units and are shown as people write them."""

import pytest
from django.utils import translation

from portal.lib.money import format_amount


@pytest.mark.parametrize(
    ("amount", "currency", "vietnamese", "english"),
    [
        (1_250_000, "VND", "1.250.000\u00a0₫", "1,250,000\u00a0₫"),
        (0, "VND", "0\u00a0₫", "0\u00a0₫"),
        (-50_000, "VND", "−50.000\u00a0₫", "−50,000\u00a0₫"),
        (123_456, "USD", "1.234,56\u00a0US$", "1,234.56\u00a0US$"),
        (1_234_567, "KWD", "1.234,567\u00a0KWD", "1,234.567\u00a0KWD"),
        (5, "USD", "0,05\u00a0US$", "0.05\u00a0US$"),
    ],
)
def test_amounts_in_both_languages(amount, currency, vietnamese, english):
    with translation.override("vi"):
        assert format_amount(amount, currency) == vietnamese
    with translation.override("en"):
        assert format_amount(amount, currency) == english
