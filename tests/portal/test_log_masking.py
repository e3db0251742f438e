"""What the logs must not hold."""

import logging

import pytest
from django.conf import settings

from portal.lib.log_masking import MaskSecrets


def logged(text, *args) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, text, args, None)
    assert MaskSecrets().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    ("secret", "line"),
    [
        ("EN5oSaGnL5nUig8Kaw7IKE_fJRw", "Too Many Requests: /vi/orders/link/EN5oSaGnL5nUig8Kaw7IKE_fJRw/"),
        ("abcdefghijklmnopqrstuvwxyzA", "Forbidden: /en/orders/link/abcdefghijklmnopqrstuvwxyzA/"),
        ("abcdefghijklmnopqrstuvwxyzA", "Not Found: /vi/orders/calendar/abcdefghijklmnopqrstuvwxyzA.ics"),
        ("abcdefghijklmnopqrstuvwxyzA", "Not Found: /vi/orders/follow/abcdefghijklmnopqrstuvwxyzA/"),
        ("Mg:1abcDE:x_yz", "Not Found: /vi/orders/undo/Mg:1abcDE:x_yz/"),
        ("R89FNKTARW", "Not Found: /vi/orders/R89FNKTARW/print/"),
        ("HT-5QK49V4T", "Not Found: /vi/contact/HT-5QK49V4T/"),
        ("an.nguyen@example.com", "SMTP 550 for an.nguyen@example.com"),
    ],
)
def test_tokens_references_and_addresses_are_masked(secret, line):
    assert secret not in logged("%s: %s", *line.split(": ")) if ": " in line else secret not in logged(line)
    assert "[…]" in logged(line)


@pytest.mark.parametrize("line", ["Not Found: /vi/help/may-giat/", "Not Found: /vi/orders/print/", "Letter 12 is sent"])
def test_other_lines_stay_as_they_are(line):
    assert logged("%s", line) == line


def test_long_address_is_masked_without_a_square_of_its_length():
    assert "an@example.com" not in logged("Not Found: %s", "/vi/" + "a" * 200_000 + " an@example.com")


def test_every_handler_of_the_site_masks():
    assert all("mask_secrets" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
