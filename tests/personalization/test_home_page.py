"""The home page: one for all strangers, another for everybody who chose, and the same again after withdrawing."""

import re

import pytest
from django.urls import reverse

from personalization import guest, registry
from personalization.preferences import OwnedItem
from tests.factories.personalization import make_guest_cookie, make_module, make_user, store_preferences

pytestmark = pytest.mark.usefixtures("site_tree")

# A page of Wagtail, its site and its restrictions; what boxes with content cost is in tests/demo/test_home_page.py.
MAX_QUERIES_ANONYMOUS = 20


def main_of(response) -> str:
    """The content of the page, without the frame that knows who is signed in, and without one-time tokens."""
    main = re.search(r"<main.*</main>", response.text, re.DOTALL).group()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", main)


def titles_of(response) -> list[str]:
    return re.findall(r'<h2 class="module__title"[^>]*>([^<]+)</h2>', response.text)


def test_stranger_gets_search_orders_and_contact(client, fake_registry):
    response = client.get("/vi/")

    assert response.status_code == 200
    assert f'action="{reverse("search")}"' in response.text
    assert f'href="{reverse("orders")}"' in response.text
    assert f'href="{reverse("contact")}"' in response.text
    assert titles_of(response) == ["Ô a", "Ô b", "Ô c"]


def test_strangers_get_the_same_page_and_no_cookie(client, fake_registry):
    from django.test import Client

    first, second = client.get("/vi/"), Client().get("/vi/")

    assert first.text == second.text
    assert not first.cookies
    assert not second.cookies


def test_english_page_speaks_english(client, fake_registry):
    response = client.get("/en/")

    assert "Why do I see this?" in response.text
    assert "Vì sao" not in response.text


def test_every_module_says_why_it_is_there(client, fake_registry):
    text = client.get("/vi/").text

    assert text.count("Vì sao tôi thấy ô này?") == 3
    assert "Lý do a" in text


def test_account_without_consent_gets_the_strangers_page(client, user, fake_registry):
    stranger = main_of(client.get("/vi/"))

    client.force_login(user)

    assert main_of(client.get("/vi/")) == stranger


def test_account_with_choices_gets_its_own_page(client, user, fake_registry):
    store_preferences(user, module_order=("c", "mine", "a", "b"), hidden_modules=frozenset({"b"}), theme="dark")
    client.force_login(user)

    response = client.get("/vi/")

    assert titles_of(response) == ["Ô c", "Ô mine", "Ô a"]
    assert 'data-theme="dark"' in response.text
    assert "Các chủ đề bạn đã chọn" in response.text
    assert response["Cache-Control"] == "private, no-store"


def test_page_of_a_guest_with_choices_is_kept_out_of_caches(client, fake_registry):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(hidden_modules=frozenset({"a"}))

    response = client.get("/vi/")

    assert titles_of(response) == ["Ô mine", "Ô b", "Ô c"]
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]


def test_withdrawing_gives_the_strangers_page_at_once(client, user, fake_registry):
    stranger = main_of(client.get("/vi/"))
    store_preferences(user, module_order=("c", "b"), hidden_modules=frozenset({"a"}), theme="dark")
    client.force_login(user)
    personal = main_of(client.get("/vi/"))

    client.post(reverse("preference_withdraw"), {"choices": "keep", "next": "/vi/preferences/"})
    client.get("/vi/preferences/")  # shows and uses up the message

    after = client.get("/vi/")
    assert personal != stranger
    assert main_of(after) == stranger
    assert 'data-theme="auto"' in after.text


def test_deleting_a_stored_fact_removes_its_module(client, user, fake_registry):
    registry.register(
        make_module(
            "owned",
            is_personal=True,
            content=lambda self, visitor: {"text": "máy"} if visitor.preferences.owned_products else None,
        )
    )
    store_preferences(user, owned=(OwnedItem("NM-W85"),))
    client.force_login(user)
    before = titles_of(client.get("/vi/"))

    store_preferences(user)

    assert "Ô owned" in before
    assert "Ô owned" not in titles_of(client.get("/vi/"))


def test_hidden_in_place_is_hidden_on_the_next_page(client, user, fake_registry):
    store_preferences(user)
    client.force_login(user)

    response = client.post(reverse("preference_hide_module"), {"key": "a", "next": "/vi/"}, follow=True)

    assert "Ô a" not in titles_of(response)
    assert "đã được ẩn" in response.text


def test_failing_module_does_not_take_the_page_with_it(client, fake_registry, settings):
    settings.RAISE_MODULE_ERRORS = False
    registry.register(make_module("broken", content=lambda self, visitor: 1 / 0))

    response = client.get("/vi/")

    assert response.status_code == 200
    assert titles_of(response) == ["Ô a", "Ô b", "Ô c"]


def test_title_and_reason_are_escaped(client, fake_registry):
    registry.register(
        make_module(
            "evil",
            title="<script>alert(1)</script>",
            reason=lambda self, visitor, content: registry.Reason("<img src=x>"),
        )
    )

    text = client.get("/vi/").text

    assert "<script>alert(1)" not in text
    assert "<img src=x>" not in text


def test_two_accounts_never_read_each_other(client, fake_registry):
    from django.test import Client

    clients = []
    for email, order in [("an@example.com", ("a", "b", "c", "mine")), ("binh@example.com", ("c", "b", "a", "mine"))]:
        account = make_user(email)
        store_preferences(account, module_order=order)
        browser = Client()
        browser.force_login(account)
        clients.append(browser)

    seen = [titles_of(browser.get("/vi/"))[0] for _time in range(5) for browser in clients]

    assert seen == ["Ô a", "Ô c"] * 5


def test_strangers_page_costs_few_queries(client, django_assert_max_num_queries):
    client.get("/vi/")

    with django_assert_max_num_queries(MAX_QUERIES_ANONYMOUS):
        client.get("/vi/")


def test_administrator_edits_and_previews_the_page(admin_client, site_tree):
    home = site_tree["vi"]
    form = {"title": "Nhà Mây", "headline": "Bạn cần gì?", "slug": home.slug, "intro": "Một câu.", "body-count": "0"}

    editor = admin_client.get(f"/admin/pages/{home.pk}/edit/")
    sent = admin_client.post(f"/admin/pages/{home.pk}/edit/preview/", form)
    preview = admin_client.get(f"/admin/pages/{home.pk}/edit/preview/?mode=")

    assert editor.status_code == 200
    assert sent.json()["is_valid"], sent.text
    assert "Bạn cần gì?" in preview.text


def test_root_leads_to_the_language_of_the_guest(client):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(language="en")

    assert client.get("/", headers={"accept-language": "vi"})["Location"] == "/en/"


@pytest.mark.parametrize(("accepted", "address"), [("en-GB,en", "/en/"), ("vi", "/vi/"), ("fr", "/vi/"), ("", "/vi/")])
def test_root_leads_a_stranger_to_the_language_of_the_browser(client, accepted, address):
    assert client.get("/", headers={"accept-language": accepted})["Location"] == address
