"""No personal byte in a shared cache: readers in turn behind one. The long proof: tests/journeys/test_caching_proxy.py."""

import pytest
from django.test import Client

from personalization.preferences import PERSONALIZATION, OwnedItem
from tests.factories.kb import make_article, make_category, make_product
from tests.factories.people import make_user
from tests.factories.personalization import make_guest_cookie, store_preferences
from tests.factories.tracking import make_order
from tests.security.shared_cache import Answer, Reader, Readings, SharedCache, interleaved

SEED = 20_261_122
PATHS = ("/vi/", "/vi/help/", "/vi/orders/", "/vi/preferences/", "/vi/preferences/data.json", "/vi/account/")


def by_client(path, headers):
    client = Client()
    client.cookies.load(headers.get("cookie", ""))
    response = client.get(path)
    return Answer(response.status_code, {key.lower(): value for key, value in response.items()}, response.content)


def test_the_cache_of_the_test_catches_a_page_that_forgot_to_be_private():
    cache = SharedCache(lambda path, headers: Answer(200, {}, headers.get("cookie", "").encode()))
    readings = Readings()

    interleaved(
        cache.get, [Reader("an", "dau-an", ("dau-an",)), Reader("binh", "dau-binh", ("dau-binh",))], "/", 9, 1, readings
    )

    assert readings.cross_reads


@pytest.mark.django_db
def test_two_customers_a_guest_and_strangers_never_meet_in_a_shared_cache(site_tree):
    make_product("NM-R9", name="Máy lọc dauguest")
    article = make_article(make_category(), title="Cho mọi người")
    readers = [Reader("stranger", "")]
    for name in ("an", "binh"):
        user = make_user(f"dau{name}@example.com", full_name=f"Dau{name}")
        store_preferences(
            user, owned=(OwnedItem("NM-W85", f"DAU{name.upper()}"),), consents=frozenset({PERSONALIZATION})
        )
        make_order(number=f"DAU{name.upper()}-1", customer=user)
        client = Client()
        client.force_login(user)
        marks = (f"dau{name}@", f"Dau{name}", f"DAU{name.upper()}")
        readers.append(Reader(name, f"sessionid={client.cookies['sessionid'].value}", marks))
    guest = make_guest_cookie(owned=(OwnedItem("NM-R9", "DAUKHACH"),))
    readers.append(Reader("guest", f"portal_preferences={guest}", ("DAUKHACH",)))
    cache, readings = SharedCache(by_client), Readings()

    interleaved(cache.get, readers, [*PATHS, article.get_url()], 40, SEED, readings)

    kept = b"".join(answer.body for rows in cache.kept.values() for _names, _values, answer in rows).decode()
    assert readings.cross_reads == []
    assert not any(mark in kept for reader in readers for mark in reader.marks)
    assert "csrfmiddlewaretoken" not in kept
    assert all(readings.own_marks[reader.name] for reader in readers if reader.marks), "the marks are really shown"
