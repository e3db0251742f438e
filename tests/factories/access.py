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


NUMBERS = dict(zip(["hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"], range(2, 10), strict=True))


def answer_to(response) -> dict[str, str]:
    """What a person types into the question of a look-up page."""
    form = response.context["question"]
    first, second = re.fullmatch(r"(\w+) cộng (\w+) bằng mấy\?", form.fields["answer"].label.lower()).groups()
    return {"answer": str(NUMBERS[first] + NUMBERS[second]), "question": form.initial["question"]}
