"""What is aimed at segments: who sees which variant, that a default is always there, and why."""

import pytest
from bs4 import BeautifulSoup

from personalization import guest
from tests.factories.personalization import make_guest_cookie
from tests.factories.segments import aimed_block, make_segment, show_on_home

pytestmark = pytest.mark.django_db


def titles_on(client, address="/vi/"):
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return [
        title.get_text(strip=True) for title in page.select("main .card__title") if title["class"] == ["card__title"]
    ]


@pytest.fixture
def owner(client):
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(owned=())
    return client


def owning(client, *codes):
    from personalization.preferences import OwnedItem

    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(owned=tuple(OwnedItem(code) for code in codes))
    return client


def test_owner_sees_the_variant_and_everybody_else_the_default(client, fake_registry, site_tree):
    show_on_home(site_tree["vi"], aimed_block(([make_segment().pk], "Thay lõi lọc")))

    assert "Cho mọi người" in titles_on(client)
    assert "Thay lõi lọc" in titles_on(owning(client, "NM-R9"))
    assert "Cho mọi người" in titles_on(owning(client, "NM-W85"))
