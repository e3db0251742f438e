"""The boxes of the shop itself: what it announces beside the banners, and offers for who allowed them."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from personalization.models import ConsentRecord
from personalization.preferences import OFFERS, PERSONALIZATION
from personalization.services import withdraw_purpose
from tests.factories.personalization import make_user, make_visitor, store_preferences
from tests.portal.test_notices import make_notice, shown_on

pytestmark = pytest.mark.usefixtures("site_tree")


def boxes(client) -> dict[str, str]:
    """The words of each box on the home page, by its title."""
    page = BeautifulSoup(client.get("/vi/").content, "html.parser")
    return {box.h2.get_text(): box.get_text(" ", strip=True) for box in page.select("section.module")}


@pytest.fixture
def customer(client):
    user = make_user()
    client.force_login(user)
    store_preferences(user, consents=frozenset({PERSONALIZATION, OFFERS}))
    return user


def test_home_page_tells_what_stands_above_other_pages_and_what_was_put_away(client):
    make_notice("Bưu tá nghỉ hai ngày.", place="orders")
    seen = make_notice("Tổng đài đổi số.", place="home")

    assert shown_on(client, "/vi/") == ["Tổng đài đổi số."]
    assert "Bưu tá nghỉ hai ngày." in boxes(client)["Thông báo của cửa hàng"]
    assert "Tổng đài đổi số." not in boxes(client)["Thông báo của cửa hàng"]
    client.post(reverse("dismiss_notice"), {"notice": seen.key}, headers={"origin": "http://testserver"})

    assert shown_on(client, "/vi/") == []
    assert "Tổng đài đổi số." in boxes(client)["Thông báo của cửa hàng"]


def test_offer_is_seen_by_nobody_who_did_not_allow_offers(client, customer):
    make_notice("Lõi lọc giảm 15%.", place="offers")

    seen = boxes(client)["Ưu đãi cho bạn"]
    assert "Lõi lọc giảm 15%." in seen
    assert "vì bạn đã cho phép hiện ưu đãi" in seen
    withdraw_purpose(make_visitor(customer), OFFERS, source=ConsentRecord.Source.PREFERENCES)

    assert "giảm 15%" not in client.get("/vi/").text
    client.logout()
    assert "giảm 15%" not in client.get("/vi/").text
    assert shown_on(client, "/vi/orders/") == []


def test_without_offers_and_announcements_there_is_no_empty_box(client, customer):
    assert not {"Ưu đãi cho bạn", "Thông báo của cửa hàng"} & set(boxes(client))
