"""No personal byte in a shared cache: readers in turn behind one. The long proof: tests/journeys/test_caching_proxy.py."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from wagtail.models import Collection

from kb import page_changes
from personalization.preferences import PERSONALIZATION, OwnedItem
from personalization.visitor import COOKIES_OF_A_PERSON
from portal.models import Experiment
from tests.factories.blocks import make_document
from tests.factories.kb import make_article, make_category, make_product
from tests.factories.people import make_user
from tests.factories.personalization import make_guest_cookie, store_preferences
from tests.factories.tracking import make_order
from tests.portal.test_notices import make_notice
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
def test_two_customers_a_guest_and_strangers_never_meet_in_a_shared_cache(site_tree, settings):
    settings.PAGE_CACHE_SECONDS, settings.SHARED_CACHE_SECONDS = 600, 60
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
    assert {"/vi/", "/vi/help/"} <= cache.kept.keys()


def test_operators_are_told_each_cookie_by_which_a_person_is_known():
    told = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")

    assert f"({'|'.join(('?:' + COOKIES_OF_A_PERSON[0], *COOKIES_OF_A_PERSON[1:]))})=" in told


# --- What is said to proxies ---

PUBLIC = "public, s-maxage=300, max-age=0, must-revalidate"
MINE = "private, no-cache"


@pytest.fixture
def shared(settings, site_tree):
    """An operator who says that the proxy honours Vary: Cookie."""
    settings.PAGE_CACHE_SECONDS, settings.SHARED_CACHE_SECONDS = 600, 300


@pytest.fixture
def article(shared):
    return make_article(make_category())


@pytest.mark.django_db
def test_only_what_is_the_same_for_all_strangers_is_for_shared_caches(client, article):
    make_product()
    document = make_document()
    for_all = ["/vi/", "/en/", "/vi/help/", article.get_url(), f"{article.get_url()}index.md", "/vi/products/"]
    for_all += ["/vi/products/nm-w85/", document.url]
    for_nobody = ["/", "/vi", "/vi/?page=2", f"{article.get_url()}?x=1", "/vi/help/bao-hanh/?page=9"]
    for_nobody += ["/vi/help/none/", "/none", "/fr/", "/vi/search/?q=a", "/vi/search/suggestions/?q=a", "/vi/orders/"]
    for_nobody += ["/vi/contact/", "/vi/preferences/", "/vi/account/", "/vi/accounts/login/", "/vi/products/compare/"]
    for_nobody += ["/vi/notices/dismiss/", "/sitemap.xml", "/favicon.ico", "/admin/", "/healthz"]

    answers = {path: client.get(path) for path in for_all}
    answers |= {f"{path} again": client.get(path) for path in for_all}
    answers |= {f"{path} known": client.get(path, headers={"If-None-Match": answers[path]["ETag"]}) for path in for_all}
    client.cookies.clear()
    answers |= {f"{path} head": client.head(path) for path in for_all}
    campaign = client.get("/vi/?utm_source=thu")
    private = {path: Client().get(path) for path in for_nobody}
    client.force_login(make_user())
    known = {path: client.get(path) for path in [*for_all, *for_nobody]}

    assert {path: answer["Cache-Control"] for path, answer in answers.items()} == dict.fromkeys(answers, PUBLIC)
    assert all("Cookie" in answer["Vary"] and "ETag" in answer for answer in answers.values())
    assert not any(answer.cookies for answer in answers.values())
    assert campaign["Cache-Control"] == PUBLIC
    assert [path for path, answer in private.items() if "private" not in answer["Cache-Control"]] == []
    assert [path for path, answer in known.items() if "private" not in answer["Cache-Control"]] == []


@pytest.mark.django_db
def test_without_the_operator_s_word_nothing_is_for_shared_caches(client, article, settings):
    settings.SHARED_CACHE_SECONDS = 0

    for path in ("/vi/", article.get_url(), make_document().url):
        assert client.get(path)["Cache-Control"] == MINE


@pytest.mark.django_db
def test_a_closed_document_is_for_nobody_s_cache(client, shared):
    closed = Collection.get_first_root_node().add_child(name="Nội bộ")
    restriction = closed.view_restrictions.create(restriction_type="password", password="mot-ngay")
    document = make_document()
    document.collection = closed
    document.save()

    asked = client.get(document.url)
    client.post(
        f"/documents/authenticate_with_password/{restriction.pk}/", {"password": "mot-ngay", "return_url": document.url}
    )
    opened = client.get(document.url)

    assert "no-store" in asked["Cache-Control"]
    assert opened.streaming
    assert opened["Cache-Control"] == MINE


@pytest.mark.django_db
def test_no_proxy_keeps_a_page_beyond_the_moment_at_which_it_changes_by_itself(client, article):
    noon = datetime(2026, 11, 20, 5, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        make_notice(expire_at=noon + timedelta(seconds=90))
        page_changes.forget_pages()
        said = []
        for seconds in (0, 60, 29, 1, 1):
            clock.shift(seconds)
            said.append([client.get(path)["Cache-Control"] for path in ("/vi/", article.get_url())])

    expected = [PUBLIC.replace("300", "90"), PUBLIC.replace("300", "30"), PUBLIC.replace("300", "1"), PUBLIC, PUBLIC]
    assert said == [[control] * 2 for control in expected]


@pytest.mark.django_db
def test_while_an_experiment_runs_each_view_comes_to_us_to_be_counted(client, article):
    today = datetime(2026, 11, 20, 5, tzinfo=UTC)
    experiment = Experiment.objects.create(name="Hỏi trước", kind="home_order", box_1="support.ask_a_person")
    said = []
    with time_machine.travel(today, tick=False):
        for started_on in (None, today.date() + timedelta(days=1), today.date()):
            experiment.started_on = started_on
            experiment.save()
            answers = [client.get(path) for path in ("/vi/", article.get_url())]
            answers.append(client.get("/vi/", headers={"If-None-Match": answers[0]["ETag"]}))
            said.append({answer["Cache-Control"] for answer in answers})

    assert said == [{PUBLIC}, {PUBLIC}, {MINE}]
