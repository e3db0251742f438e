"""Guests look up an order: forgiving to the typist, silent to the prober, limited on the embedded database."""

import re
import unicodedata

import pytest
from django.core import mail
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.factories.access import answer_to, link_in
from tests.factories.tracking import make_order, order_event_payload, shipment_payload
from tracking import services
from tracking.access import limits
from tracking.models import Order
from tracking.references import make_reference

pytestmark = pytest.mark.django_db
URL = "/vi/orders/"


def look_up(client, number, contact, *, answer=None, **extra):
    return client.post(URL, {"number": number, "contact": contact, **(answer or {})}, **extra)


def masked(response) -> tuple[int, bytes, dict[str, str], list[str]]:
    """Everything a prober can compare, without what differs between any two requests."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)
    body = re.sub(rb'nonce="[^"]+"', b"", body)
    body = re.sub(rb'name="question" value="[^"]+"', b"", body)
    headers = {name: re.sub(r"'nonce-[^']+'", "", value) for name, value in response.headers.items()}
    return response.status_code, body, headers, sorted(response.cookies)


def test_the_form_asks_for_two_things(client):
    response = client.get(URL)

    assert response.status_code == 200
    assert "Đơn hàng của tôi đang ở đâu?" in response.content.decode()
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


def test_the_browser_does_not_cut_what_is_pasted(client):
    assert "maxlength" not in client.get(URL).content.decode()


@pytest.mark.parametrize("spell", [str, str.lower, lambda r: f" {r[:5]}-{r[5:]} ", lambda r: r.replace("0", "O")])
def test_the_reference_opens_the_order_however_it_is_typed(client, spell):
    order = make_order()

    response = look_up(client, spell(order.reference), "an@example.com")

    assert response.status_code == 302
    assert response["Location"] == reverse("order_detail", args=[order.reference])
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("contact", ["0912 345 678", "+84912345678", "84912345678", "AN@Example.com"])
def test_the_sellers_number_and_either_contact_open_it(client, contact):
    make_order(number="NM-10001", contact_phone="0912345678")

    assert look_up(client, "nm 10001", contact).status_code == 302


def test_a_decomposed_address_is_the_same_address(client):
    order = make_order(contact_email="hoà@example.com")

    assert look_up(client, order.reference, unicodedata.normalize("NFD", "hoà@example.com")).status_code == 302


def test_the_session_key_changes_when_something_is_proved(client):
    order = make_order()
    client.session.create()
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    look_up(client, order.reference, "an@example.com")

    assert client.session.session_key != before


@pytest.mark.parametrize("kind", ["other contact", "cancelled", "erased", "of an account", "no contact in common"])
def test_every_failure_looks_the_same(client, kind, customer, django_assert_num_queries):
    """The same words typed into worlds that differ: nothing in the answer may tell them apart."""
    reference = make_reference(98_765)
    fields = {"reference": reference, "contact_email": "khac.nua@example.com"}
    client.get("/vi/orders/")  # what the frame knows of the shop is kept from here on
    with django_assert_num_queries(1):
        nothing_there = look_up(client, reference, "an@example.com")
    if kind == "other contact":
        make_order(**fields)
    elif kind == "cancelled":
        make_order(**fields, events=[order_event_payload("cancelled")])
    elif kind == "of an account":
        make_order(customer=customer, reference=reference)
    elif kind == "no contact in common":
        make_order(**{**fields, "contact_email": "", "contact_phone": "0912345678"})
        make_order(contact_email="an@example.com")

    with django_assert_num_queries(1):
        response = look_up(client, reference, "an@example.com")

    assert response.status_code == 200
    assert masked(response) == masked(nothing_there)
    assert "Không tìm thấy đơn nào khớp" in response.content.decode()


@pytest.mark.parametrize(
    ("number", "contact", "sentence"),
    [
        ("", "an@example.com", "Bạn hãy nhập mã đơn hàng."),
        ("NM-1", "", "Bạn hãy nhập email hoặc số điện thoại"),
        ("NM-1", "chị An", "Đây không phải email"),
        ("A" * 10_000, "an@example.com", "dài nhất 64 ký tự"),
        ("NM-1", "a" * 10_000, "dài nhất 254 ký tự"),
        ("\x00\x07", "an@example.com", "Bạn hãy nhập mã đơn hàng."),
        ("<script>alert(1)</script>", "an@example.com", "Không tìm thấy"),
        ("' OR 1=1 --", "an@example.com", "Không tìm thấy"),
        ("%", "an@example.com", "Không tìm thấy"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(client, number, contact, sentence):
    make_order()

    response = look_up(client, number, contact)

    text = response.content.decode()
    assert response.status_code == 200
    assert sentence in text
    assert "<script>alert" not in text
    if contact:
        assert f'value="{contact}"' in text


def test_broken_utf_8_is_answered(client):
    body = b"number=%FF%FE&contact=a%80@example.com"

    response = client.post(URL, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(URL).status_code == 405


def test_an_unknown_language_is_not_found(client, site_tree):
    assert client.get("/xx/orders/").status_code == 404


def test_the_token_is_needed():
    response = Client(enforce_csrf_checks=True).post(URL, {"number": "NM-1", "contact": "an@example.com"})

    assert response.status_code == 403


# --- Limits --------------------------------------------------------------------------------------


@pytest.fixture
def database_cache(settings, db):
    """The embedded cache: a table of the database."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "limits_under_test"}
    }
    call_command("createcachetable")
    caches["default"].clear()


@pytest.fixture
def noon(time_machine):
    """A clock that the test moves."""
    time_machine.move_to("2026-11-20T12:00:00+07:00", tick=False)
    return time_machine


def test_one_address_gets_ten_tries_a_minute_without_a_question_on_the_embedded_cache(client, database_cache, noon):
    order = make_order()
    answers = [look_up(client, f"X-{at}", f"{at}@example.com").status_code for at in range(10)]

    asked = look_up(client, order.reference, "an@example.com")
    noon.shift(61)
    later = look_up(client, order.reference, "an@example.com")

    assert answers == [200] * 10
    assert asked.status_code == 429
    assert "Trước hết, bạn trả lời một câu hỏi" in asked.content.decode()
    assert asked["Retry-After"] == "60"
    assert f'value="{order.reference}"' in asked.content.decode()
    assert later.status_code == 302


def test_who_answers_the_question_gets_on(client, database_cache, noon):
    order = make_order()
    for at in range(10):
        look_up(client, f"X-{at}", f"{at}@example.com")
    asked = look_up(client, order.reference, "an@example.com")
    noon.shift(4)

    response = look_up(client, order.reference, "an@example.com", answer=answer_to(asked))

    assert response.status_code == 302


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: {**answer, "answer": "77"},
        lambda answer: {**answer, "answer": ""},
        lambda answer: {**answer, "answer": "9" * 10_000},
        lambda answer: {**answer, "question": "giả"},
        lambda answer: {**answer, "question": answer["question"][:-1] + "x"},
        lambda answer: {"answer": answer["answer"]},
        lambda answer: {},
    ],
)
def test_no_other_answer_gets_on_and_nothing_typed_is_lost(client, noon, spoil):
    order = make_order()
    for at in range(10):
        look_up(client, f"X-{at}", f"{at}@example.com")
    asked = look_up(client, order.reference, "an@example.com")
    noon.shift(4)

    response = look_up(client, order.reference, "an@example.com", answer=spoil(answer_to(asked)))

    assert response.status_code == 429
    assert f'value="{order.reference}"' in response.content.decode()
    assert response.context["question"].initial["question"] != asked.context["question"].initial["question"]


def test_an_answer_is_good_once_not_at_once_and_not_for_ever(client, noon):
    order = make_order()
    for at in range(10):
        look_up(client, f"X-{at}", f"{at}@example.com")
    first, second = (answer_to(look_up(client, order.reference, "an@example.com")) for _ in range(2))

    too_soon = look_up(client, order.reference, "an@example.com", answer=first).status_code
    noon.shift(4)
    right = look_up(client, order.reference, "an@example.com", answer=first).status_code
    again = look_up(client, "X-1", "an@example.com", answer=first).status_code
    noon.shift(16 * 60)
    for at in range(10):
        look_up(client, f"Y-{at}", f"{at}@example.com")
    too_late = look_up(client, order.reference, "an@example.com", answer=second).status_code

    assert (too_soon, right, again, too_late) == (429, 302, 429, 429)


@pytest.mark.parametrize("aim", ["number", "contact"])
def test_one_order_is_tried_ten_times_freely_and_twenty_times_in_all_whoever_tries(client, noon, aim):
    order = make_order()

    def attempt(at, answer=None):
        number = order.reference.lower() if aim == "number" else f"X-{at}"
        contact = f"{at}@example.com" if aim == "number" else "AN@example.com"
        return look_up(client, number, contact, answer=answer, REMOTE_ADDR=f"203.{at}.113.9")

    free = [attempt(at).status_code for at in range(10)]
    answered = []
    for at in range(10, 21):
        question = answer_to(attempt(at))
        noon.shift(4)
        answered.append(attempt(at, question).status_code)

    assert free == [200] * 10
    assert answered == [200] * 10 + [429]


def test_an_order_under_attack_is_open_to_its_link_and_its_account(client, customer, sending, noon):
    order = make_order(customer=customer)
    with sending():
        services.send_link(order=order, language="vi")
    link = link_in(mail.outbox[0])
    for at in range(25):
        asked = look_up(Client(), order.reference, f"{at}@example.com", REMOTE_ADDR=f"203.{at}.113.9")
        if asked.status_code == 429 and asked.context["question"]:
            noon.shift(4)
            asked = look_up(Client(), order.reference, f"{at}@example.com", answer=answer_to(asked))

    by_link, by_account = Client(), Client()
    by_link.post(link)
    by_account.force_login(customer)

    assert asked.status_code == 429
    assert "hai cách này vẫn dùng được như thường" in asked.content.decode()
    assert [c.get(reverse("order_detail", args=[order.reference])).status_code for c in (by_link, by_account)] == [
        200,
        200,
    ]


def test_a_success_between_guesses_does_not_fill_the_bucket_up_again(client):
    order = make_order()

    answers = [
        look_up(client, order.reference if at % 2 else f"X-{at}", "an@example.com").status_code for at in range(11)
    ]

    assert answers[-1] == 429


def test_a_neighbourhood_of_addresses_shares_a_bucket(client, monkeypatch):
    monkeypatch.setattr(limits, "FREE_OF_NETWORK", "12/h/key")

    answers = [
        look_up(client, f"X-{at}", f"{at}@example.com", REMOTE_ADDR=f"203.0.113.{at}").status_code for at in range(13)
    ]

    assert answers == [200] * 12 + [429]


@pytest.mark.parametrize(
    "forged",
    [
        {"HTTP_X_FORWARDED_FOR": "198.51.100.{at}"},
        {"HTTP_X_REAL_IP": "198.51.100.{at}"},
        {"HTTP_FORWARDED": "for=198.51.100.{at}"},
        {"HTTP_CF_CONNECTING_IP": "198.51.100.{at}"},
        {"HTTP_X_CLIENT_IP": "198.51.100.{at}"},
        {"HTTP_TRUE_CLIENT_IP": "198.51.100.{at}"},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_a_forged_forwarding_header_changes_nothing(client, forged):
    answers = [
        look_up(
            client, f"X-{at}", f"{at}@example.com", **{name: text.format(at=at) for name, text in forged.items()}
        ).status_code
        for at in range(11)
    ]

    assert answers[-1] == 429


def test_limits_can_be_switched_off_for_load_tests(client, settings):
    settings.RATE_LIMITS_ON = False

    answers = {look_up(client, f"X-{at}", f"{at}@example.com").status_code for at in range(15)}

    assert answers == {200}


def test_an_order_with_parcels_is_found_in_one_query(django_assert_num_queries):
    from tracking.selectors import access_order_by_reference

    order = make_order(shipments=[shipment_payload("picked_up")])

    with django_assert_num_queries(1):
        found = access_order_by_reference(number=order.reference, contact="an@example.com")

    assert found == Order.objects.get()
