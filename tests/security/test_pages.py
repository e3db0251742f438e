"""Every page keeps its promises to the browser: no other site, no foreign script, no frame, no forged form."""

import re
from urllib.parse import quote

import pytest
from django.test import Client

from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user
from tests.factories.support import open_ticket
from tests.factories.tracking import make_order

pytestmark = pytest.mark.django_db

HOSTILE = "\"'><script>window.owned=1</script><img src=x onerror=alert(1)>{{7*7}}"
TYPED = [
    *(quote(text) for text in (HOSTILE, "\x00", "a" * 10_000, "\u202egpj", "tie\u0302\u0323", "-1", "9" * 400)),
    "%ff%fe",
]
PUBLIC = [
    *("/vi/", "/en/", "/vi/help/", "/vi/products/", "/vi/search/?q=a", "/vi/orders/", "/vi/contact/"),
    *("/vi/preferences/", "/vi/accounts/login/", "/vi/accounts/signup/", "/api/v1/docs", "/vi/khong-co/"),
]
PERSONAL = [
    "/vi/",
    "/vi/account/",
    "/vi/orders/",
    "/vi/contact/cases/",
    "/vi/preferences/data.json",
    "/vi/accounts/2fa/",
]
FORMS = [
    *(f"/vi/{part}/" for part in ("orders", "contact", "preferences", "accounts/login", "accounts/signup")),
    *(f"/vi/accounts/{part}/" for part in ("logout", "email", "password/reset", "password/change", "login/code")),
    *(f"/vi/preferences/{part}/" for part in ("withdraw", "delete", "theme", "modules/hide", "modules/move")),
    *("/admin/tickets/status/1/", "/admin/tickets/write/1/", "/admin/account/"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_asks_no_other_site_and_runs_no_script_without_the_nonce(client, site_tree, address):
    response = client.get(address)
    page = response.content.decode()

    assert not re.findall(
        r'<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1)', page
    )
    assert not re.search(r"<[a-z][^>]*\s(?:style|on\w+)=", page)
    assert all("nonce=" in tag or "src=" in tag or "application/" in tag for tag in re.findall(r"<script[^>]*>", page))
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy and "object-src 'none'" in policy and "base-uri 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", PERSONAL)
def test_a_personal_page_is_kept_by_no_cache(client, site_tree, address):
    client.force_login(make_user())

    response = client.get(address)

    assert response.status_code == 200
    assert {"private", "no-store"} <= set(re.split(r",\s*", response["Cache-Control"]))


@pytest.mark.parametrize("address", FORMS)
def test_a_form_forged_by_another_site_is_refused(site_tree, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_staff=True, is_superuser=True))

    assert client.post(address, {"a": "b"}, headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/vi/search/?q={}",
        "/vi/search/?q=a&category={}&type={}&product={}",
        "/vi/orders/{}/",
        "/vi/contact/?q={}&article={}&order={}",
        "/vi/products/compare/?p={}",
        "/vi/preferences/?theme={}&need={}",
        "/vi/accounts/login/?next={}",
        "/vi/{}/",
    ],
)
def test_what_is_typed_comes_back_as_text_and_breaks_nothing(client, site_tree, address):
    for typed in TYPED:
        response = client.get(address.replace("{}", typed))

        assert response.status_code < 500
        assert "<script>window" not in response.content.decode()
        assert "<img src=x" not in response.content.decode()


def test_hostile_articles_tickets_and_orders_are_text_wherever_they_are_shown(client, site_tree):
    staff = make_user("nhan-vien@example.com", is_staff=True, is_superuser=True)
    owner = make_user()
    short = HOSTILE[:60]
    article = make_article(make_category(title=short), title=HOSTILE, short_answer=HOSTILE, search_description=HOSTILE)
    ticket = open_ticket(
        owner, name=HOSTILE, subject=HOSTILE, body=HOSTILE, order_reference=short, search_query=HOSTILE
    )
    order = make_order(customer=owner, recipient_name=HOSTILE, recipient_address=HOSTILE)
    client.force_login(owner)
    pages = [
        article.url,
        "/vi/help/",
        f"/vi/contact/{ticket.reference}/",
        f"/vi/orders/{order.reference}/",
        "/vi/account/",
    ]

    shown = [client.get(address) for address in pages]
    client.force_login(staff)
    shown += [
        client.get(f"/admin/{path}")
        for path in ("tickets/", f"tickets/inspect/{ticket.pk}/", f"orders/inspect/{order.pk}/")
    ]

    for response in shown:
        page = response.content.decode()
        assert response.status_code == 200
        assert "<script>window" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "header", [{"host": "evil.example"}, {"x-forwarded-host": "evil.example"}, {"forwarded": "host=evil.example"}]
)
def test_no_name_that_the_client_chose_gets_into_a_page(client, site_tree, header):
    for address in ("/vi/", "/sitemap.xml", "/robots.txt", "/vi/accounts/password/reset/"):
        assert "evil.example" not in client.get(address, headers=header).content.decode()


def test_whose_order_it_is_makes_no_difference_to_a_stranger(client, site_tree):
    order = make_order(customer=make_user())
    client.force_login(make_user("nguoi-la@example.com"))

    answers = [client.get(f"/vi/orders/{reference}/") for reference in (order.reference, "0000000000")]

    pages = [
        re.sub(rf'nonce="[^"]+"|csrfmiddlewaretoken" value="[^"]+"|{reference}', "", answer.content.decode())
        for answer, reference in zip(answers, (order.reference, "0000000000"), strict=True)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert pages[0] == pages[1]


def test_a_header_smuggled_into_a_name_stays_text(client, site_tree, mailoutbox, django_capture_on_commit_callbacks):
    form = {"name": "A\r\nBcc: nan-nhan@example.com", "email": "a@example.com", "subject": "S\r\nBcc: x@example.com"}

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/vi/contact/", {**form, "body": "zq", "suggested": "on"})

    assert mailoutbox
    for letter in mailoutbox:
        assert letter.recipients() in (["a@example.com"], ["ho-tro@nhamay.example"])
        assert "Bcc" not in letter.message()
