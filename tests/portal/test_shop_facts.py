"""What the shop says of itself: where it shows, how soon a change shows, and what stands there before anybody wrote it."""

import os

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.template.loader import render_to_string
from phonenumber_field.phonenumber import PhoneNumber
from wagtail.models import Site

from portal.lib import shop
from portal.lib.phones import phone_link, phone_text
from portal.models import ShopSettings
from tests.factories.kb import make_article, make_category, make_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_settings(site_tree):
    return ShopSettings.objects.create(
        site=Site.objects.get(is_default_site=True),
        name="Bếp Ấm",
        phone="+8419001234",
        email="chao@bepam.example",
        hours_vi="9:00–18:00, thứ Hai đến thứ Sáu",
        hours_en="9:00–18:00, Monday to Friday",
        address_vi="12 phố Mây",
        company_line_vi="Công ty Bếp Ấm, MST 0100000001",
    )


def footer_of(client, address="/vi/products/"):
    return BeautifulSoup(client.get(address).content, "html.parser").footer


def test_every_page_names_the_shop(client, shop_settings):
    page = BeautifulSoup(client.get("/vi/products/").content, "html.parser")

    assert page.title.string.endswith("· Bếp Ấm")
    assert "Bếp Ấm" in page.header.get_text()
    assert page.footer.select_one('a[href="tel:19001234"]').string == "1900 1234"
    assert page.footer.select_one('a[href="mailto:chao@bepam.example"]')
    for words in ("9:00–18:00, thứ Hai đến thứ Sáu", "12 phố Mây", "MST 0100000001"):
        assert words in page.footer.get_text()


def test_texts_follow_the_language_and_fall_back_to_vietnamese(client, shop_settings):
    english = footer_of(client, "/en/products/").get_text()

    assert "Monday to Friday" in english
    assert "12 phố Mây" in english


def test_articles_say_when_a_person_answers(client, shop_settings):
    article = make_article(make_category())

    assert "9:00–18:00, thứ Hai đến thứ Sáu" in client.get(article.url).content.decode()


def test_without_settings_nothing_is_invented(client, site_tree, settings):
    settings.WAGTAIL_SITE_NAME = "Trung tâm trợ giúp"

    footer = footer_of(client)

    assert "Trung tâm trợ giúp" in footer.get_text()
    assert not footer.select('a[href^="tel:"], a[href^="mailto:"]')


def test_change_shows_on_the_next_page(client, shop_settings):
    footer_of(client)

    shop_settings.name = "Bếp Mới"
    shop_settings.save()

    assert "Bếp Mới" in footer_of(client).get_text() or "Bếp Mới" in client.get("/vi/products/").content.decode()


def test_a_warm_page_asks_no_database_for_them(client, shop_settings, django_assert_num_queries):
    shop.facts()

    with django_assert_num_queries(0):
        assert shop.facts().name == "Bếp Ấm"


def test_change_in_another_process_is_noticed(shop_settings, settings):
    shop.facts()
    ShopSettings.objects.update(name="Bếp Xa")  # past the signals of this process
    marker = settings.DATA_DIR / "changes" / "shop"
    marker.parent.mkdir(exist_ok=True)
    marker.touch()
    os.utime(marker, ns=(1, 1))

    assert shop.facts().name == "Bếp Xa"


@pytest.mark.django_db(transaction=True)
def test_committed_change_tells_the_other_processes(settings):
    from portal.site_setup import ensure_home_pages

    ensure_home_pages()
    marker = settings.DATA_DIR / "changes" / "shop"
    marker.unlink(missing_ok=True)

    ShopSettings.objects.create(site=Site.objects.get(is_default_site=True), name="Bếp")

    assert marker.exists()


def test_letters_carry_the_name(client, shop_settings):
    client.post("/vi/accounts/password/reset/", {"email": "la@example.com"})

    assert "Bếp Ấm" in mail.outbox[0].body


def test_error_page_without_a_context_names_the_shop_without_a_query(shop_settings, django_assert_num_queries):
    shop.facts()

    with django_assert_num_queries(0):
        assert "Bếp Ấm" in render_to_string("500.html")


def test_lists_of_parts_lead_to_the_article_on_ordering(client, shop_settings):
    article = make_article(make_category(), title="Cách đặt mua linh kiện")
    make_part()
    shop_settings.parts_article = article.page_ptr
    shop_settings.save()

    page = BeautifulSoup(client.get("/vi/products/parts/").content, "html.parser")
    assert page.select_one(f'a[href="{article.url}"]')

    article.unpublish()
    page = BeautifulSoup(client.get("/vi/products/parts/").content, "html.parser")
    assert not page.select_one(f'a[href="{article.url}"]')


@pytest.mark.parametrize(
    ("typed", "text", "link"),
    [
        ("1900 0000", "1900 0000", "tel:19000000"),
        ("18001234", "1800 1234", "tel:18001234"),
        ("0912345678", "0912 345 678", "tel:+84912345678"),
        ("+84 24 3825 1234", "024 3825 1234", "tel:+842438251234"),
    ],
)
def test_numbers_are_printed_and_dialled_as_people_do(typed, text, link):
    number = PhoneNumber.from_string(typed, region="VN")

    assert (phone_text(number), phone_link(number)) == (text, link)


def test_administrator_changes_them_and_a_wrong_number_is_said(admin_client, shop_settings):
    url = f"/admin/settings/portal/shopsettings/{shop_settings.site_id}/"
    form = {"name": "Bếp Ấm", "phone": "12", "email": "không", "hours_vi": "", "parts_article": ""}

    refused = admin_client.post(url, form)
    accepted = admin_client.post(url, {**form, "phone": "0912 345 678", "email": ""})

    assert set(refused.context["form"].errors) == {"phone", "email"}
    assert accepted.status_code == 302
    assert shop.facts().phone == "0912 345 678"
