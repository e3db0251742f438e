"""What stands in the letters about orders."""

import re

LOOK_UP = "/vi/orders/"


def link_in(letter) -> str:
    """The path of the link in a letter; "" when it has none."""
    found = re.search(r"https?://[^/\s]+(/\w\w/orders/link/[\w-]+/)", letter.body)
    return found[1] if found else ""


def code_in(letter) -> str:
    found = re.search(r"^ +(\d{6})$", letter.body, re.MULTILINE)
    return found[1] if found else ""


def look_up(client, order, contact="an@example.com", **extra):
    """Prove number and contact; the browser then sees the order at T0."""
    return client.post(LOOK_UP, {"number": order.reference, "contact": contact}, **extra)


def page_of(order, part="") -> str:
    return f"{LOOK_UP}{order.reference}/{part}"
