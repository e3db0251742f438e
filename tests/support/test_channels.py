"""The ways to reach a person: what an editor may enter, where they show, and how to switch one off."""

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Locale

from support.models import ContactChannel

pytestmark = pytest.mark.django_db

CHANNELS = "/admin/snippets/support/contactchannel"


def make_channel(kind="phone", label="Tổng đài", value="+8419001234", *, language="vi", **fields):
    channel = ContactChannel(
        kind=kind, label=label, value=value, locale=Locale.objects.get(language_code=language), **fields
    )
    channel.full_clean()
    channel.save()
    return channel


def form_of(**fields):
    return {"kind": "phone", "label": "Tổng đài", "value": "1900 1234", "hours": "", "action-publish": "1", **fields}


@pytest.fixture
def admin(admin_client, site_tree):
    return admin_client


@pytest.mark.parametrize(
    ("kind", "typed", "stored", "link"),
    [
        ("phone", "1900 1234", "+8419001234", "tel:19001234"),
        ("phone", " 0912 345 678 ", "+84912345678", "tel:+84912345678"),
        ("email", "Ho-Tro@Example.com", "ho-tro@example.com", "mailto:ho-tro@example.com"),
        ("zalo", "https://zalo.me/0912345678", "https://zalo.me/0912345678", "https://zalo.me/0912345678"),
        ("address", "12 phố Mây", "12 phố Mây", ""),
        ("form", "", "", "/vi/contact/"),
    ],
)
def test_each_kind_is_stored_and_linked_as_it_is_used(admin, kind, typed, stored, link):
    response = admin.post(f"{CHANNELS}/add/", form_of(kind=kind, value=typed))

    assert response.status_code == 302, response.context["form"].errors
    channel = ContactChannel.objects.get()
    assert (channel.value, channel.link) == (stored, link)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("phone", "12"),
        ("phone", "gọi tôi"),
        ("phone", ""),
        ("email", "khong-co-a-cong"),
        ("zalo", "http://zalo.me/0912345678"),
        ("zalo", "https://zalo.me.evil.example/1"),
        ("zalo", "https://evil@zalo.me/1"),
        ("zalo", "javascript:alert(1)"),
        ("zalo", "https://zalo.me/"),
        ("zalo", "https://[zalo.me/1"),
        ("address", " "),
        ("form", "0912345678"),
    ],
)
def test_what_does_not_fit_the_kind_gets_a_sentence_and_stays_in_the_form(admin, kind, typed):
    response = admin.post(f"{CHANNELS}/add/", form_of(kind=kind, value=typed))

    assert response.status_code == 200
    assert response.context["form"].errors["value"]
    assert response.context["form"]["value"].value() == typed
    assert not ContactChannel.objects.exists()


def test_channels_stand_on_the_contact_page_and_at_the_foot_in_their_order(client, site_tree):
    make_channel("email", "Thư", "ho-tro@example.com", sort_order=2)
    make_channel(hours="8:00–21:00", sort_order=1)
    make_channel("form", "Gửi câu hỏi", "", sort_order=3)

    page = BeautifulSoup(client.get("/vi/contact/").content, "html.parser")

    shown = [item["href"] for item in page.select('section[aria-labelledby="channels"] a')]
    assert shown == ["tel:19001234", "mailto:ho-tro@example.com"]
    assert [a["href"] for a in page.footer.section.select("a")] == [*shown, "/vi/contact/"]
    assert "8:00–21:00" in page.footer.get_text()


def test_draft_and_other_language_are_not_shown(client, site_tree):
    make_channel(live=False)
    make_channel(language="en", label="Hotline")

    assert 'id="channels"' not in client.get("/vi/contact/").content.decode()
    assert "Hotline" in client.get("/en/contact/").content.decode()


def test_unpublishing_switches_a_channel_off_at_once(admin, client):
    channel = make_channel()
    assert "tel:19001234" in client.get("/vi/contact/").content.decode()

    admin.post(f"{CHANNELS}/unpublish/{channel.pk}/")

    assert "tel:19001234" not in client.get("/vi/contact/").content.decode()


def test_without_channels_the_foot_still_leads_to_the_form(client, site_tree):
    footer = BeautifulSoup(client.get("/vi/products/").content, "html.parser").footer

    assert footer.select_one('a[href="/vi/contact/"]')


def test_warm_page_asks_no_database_for_channels(client, site_tree, django_assert_num_queries):
    from support.selectors import contact_channels

    make_channel()
    contact_channels()

    with django_assert_num_queries(0):
        assert [channel.label for channel in contact_channels()] == ["Tổng đài"]


def test_label_of_a_stranger_is_escaped(client, site_tree):
    make_channel("address", "<b>Kho</b>", "<script>alert(1)</script>")

    page = client.get("/vi/contact/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;b&gt;Kho" in page


@pytest.mark.parametrize("view", ["edit", "copy", "delete", "usage", "history"])
def test_every_view_of_a_channel_opens(admin, view):
    assert admin.get(f"{CHANNELS}/{view}/{make_channel().pk}/").status_code == 200


def test_preview_shows_the_edited_channel(admin):
    assert admin.post(f"{CHANNELS}/preview/?locale=en", form_of(label="Repairs")).json()["is_valid"]

    page = admin.get(f"{CHANNELS}/preview/?locale=en&mode=").content.decode()

    assert "Repairs: 1900 1234" in page
    assert 'lang="en"' in page
