"""What is aimed at segments: who sees which variant, that a default is always there, and why."""

import pytest
from bs4 import BeautifulSoup

from personalization import guest
from personalization.preferences import OwnedItem
from personalization.segments import selectors
from portal.models import NoticeBanner
from tests.factories.kb import make_article, make_category
from tests.factories.personalization import make_guest_cookie, preferences_form
from tests.factories.segments import OWNS_W85, aimed_block, banner, make_segment, show_on_home

pytestmark = pytest.mark.django_db

EVERYBODY = "Cho mọi người"
KEY = "aimed.11111111-1111-4111-8111-111111111111"
OURS = {"origin": "http://testserver"}


def owning(client, *codes, **choices):
    """The browser of a guest who allows personal pages and owns these products."""
    owned = tuple(OwnedItem(code) for code in codes)
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(owned=owned, **choices)
    return client


def page_of(client, address="/vi/"):
    return BeautifulSoup(client.get(address).content, "html.parser")


def banners_on(client):
    return [title.get_text(strip=True) for title in page_of(client).select("section.card > h2.card__title:not([id])")]


def make_notice(text, *segment_ids, live=True):
    return NoticeBanner.objects.create(
        text=text, locale_id=1, live=live, segments=[{"type": "segment", "value": one} for one in segment_ids]
    )


@pytest.fixture
def filters(fake_registry, site_tree):
    """A segment of owners of an R9, and a home page that tells them something."""
    segment = make_segment()
    show_on_home(site_tree["vi"], aimed_block(([segment.pk], "Thay lõi lọc")))
    return segment


def test_owner_sees_the_variant_and_everybody_else_the_default(client, filters):
    assert banners_on(client) == [EVERYBODY]
    assert banners_on(owning(client, "NM-R9")) == ["Thay lõi lọc"]
    assert banners_on(owning(client, "NM-W85")) == [EVERYBODY]


def test_withdrawing_shows_the_page_of_a_stranger_at_the_next_request(client, filters):
    stranger = client.get("/vi/").text
    owning(client, "NM-R9")
    client.post("/vi/preferences/withdraw/", {"choices": "delete"})
    client.get("/vi/")  # says once that it is done

    assert client.get("/vi/").text == stranger


def test_personal_variant_is_kept_by_no_cache_and_the_default_by_any(client, filters, settings):
    settings.PAGE_CACHE_SECONDS = 600
    answer = owning(client, "NM-R9").get("/vi/")
    client.cookies.clear()

    assert "no-store" in answer["Cache-Control"]
    assert banners_on(client) == [EVERYBODY]
    assert banners_on(owning(client, "NM-R9")) == ["Thay lõi lọc"]


def test_first_variant_that_fits_and_has_something_to_say_is_shown(client, filters, site_tree):
    article = make_article(make_category())
    empty = aimed_block(([filters.pk], "bị thay"), ([filters.pk], "Phiên bản sau"))
    articles = {"type": "articles", "value": {"title": "Đã gỡ", "articles": [article.pk]}}
    empty["value"]["variants"][0]["content"] = [articles]
    show_on_home(site_tree["vi"], empty)

    assert article.title in page_of(owning(client, "NM-R9")).select_one("main").get_text()
    article.unpublish()
    assert banners_on(client) == ["Phiên bản sau"]


def test_area_of_which_nothing_is_left_shows_the_default(client, filters, site_tree):
    gone = aimed_block(([filters.pk], "bị thay"))
    gone["value"]["variants"][0]["content"] = [{"type": "articles", "value": {"title": "Đã gỡ", "articles": [9999]}}]
    show_on_home(site_tree["vi"], gone)

    assert banners_on(owning(client, "NM-R9")) == [EVERYBODY]


def test_deleted_segment_matches_nobody(client, filters):
    assert banners_on(owning(client, "NM-R9")) == ["Thay lõi lọc"]

    filters.delete()
    selectors.forget_segments()

    assert banners_on(client) == [EVERYBODY]


def test_reason_names_the_rule_and_three_ways_out(client, filters):
    whys = page_of(owning(client, "NM-R9")).select("details.disclosure")

    mine = next(why for why in whys if "sở hữu Máy lọc R9" in why.get_text())
    assert "Cửa hàng viết nội dung này cho khách sở hữu Máy lọc R9." in mine.get_text()
    assert mine.form["action"] == "/vi/preferences/aimed/hide/"
    assert mine.select_one("[formaction='/vi/preferences/withdraw/']")
    assert mine.select_one("a[href='/vi/preferences/']")
    assert filters.name not in client.get("/vi/").text


def test_hiding_shows_the_default_from_then_on(client, filters):
    owning(client, "NM-R9")

    answer = client.post("/vi/preferences/aimed/hide/", {"key": KEY, "next": "/vi/"})

    assert answer.url == "/vi/"
    assert banners_on(client) == [EVERYBODY]


def test_what_was_put_away_stays_so_until_the_preferences_bring_it_back(client, filters):
    owning(client, "NM-R9")
    client.post("/vi/preferences/aimed/hide/", {"key": KEY})
    form = preferences_form(consent=None, products=[{"product_code": "NM-R9"}])

    client.post("/vi/preferences/", form)
    assert banners_on(client) == [EVERYBODY]
    client.post("/vi/preferences/", {**form, "restore_aimed": "on"})
    assert banners_on(client) == ["Thay lõi lọc"]


@pytest.mark.parametrize("key", ["", "aimed.", "aimed.<script>", "aimed." + "1" * 40, "kb.topics", "aimed.1\n", "\x00"])
def test_forged_key_is_refused_and_nothing_changes(client, filters, key):
    owning(client, "NM-R9")

    assert client.post("/vi/preferences/aimed/hide/", {"key": key}).status_code == 400
    assert banners_on(client) == ["Thay lõi lọc"]


def test_stranger_who_hides_is_asked_for_consent(client, filters):
    assert "need=consent" in client.post("/vi/preferences/aimed/hide/", {"key": KEY}).url


def test_notice_for_some_is_shown_to_them_alone_with_its_reason(client, filters, site_tree):
    other = make_segment("Chủ máy giặt", OWNS_W85)
    make_notice("Lõi lọc đang giảm giá.", other.pk, filters.pk)
    make_notice("Kho nghỉ lễ.")

    assert [one.p.get_text(strip=True) for one in page_of(client).select(".messages .notice")] == ["Kho nghỉ lễ."]
    mine = page_of(owning(client, "NM-R9"), "/vi/preferences/").select_one(".messages").get_text(" ", strip=True)
    assert "Lõi lọc đang giảm giá." in mine
    assert "cho khách sở hữu Máy lọc R9" in mine


def test_notice_of_a_deleted_segment_is_shown_to_nobody(client, filters):
    make_notice("Chỉ cho vài người.", filters.pk)
    filters.delete()
    selectors.forget_segments()

    assert "Chỉ cho vài người." not in client.get("/vi/").text
    assert "Chỉ cho vài người." not in owning(client, "NM-R9").get("/vi/").text


def test_aimed_block_without_a_default_cannot_be_saved(admin_client, filters, site_tree):
    home = site_tree["vi"]
    form = {
        "title": home.title,
        "slug": home.slug,
        "headline": "",
        "intro": "",
        "body-count": "1",
        "body-0-type": "aimed",
        "body-0-order": "0",
        "body-0-deleted": "",
        "body-0-id": "",
        "body-0-value-variants-count": "0",
        "body-0-value-default-count": "0",
        "action-publish": "1",
    }

    answer = admin_client.post(f"/admin/pages/{home.pk}/edit/", form)

    assert answer.status_code == 200
    assert answer.context["form"].errors["body"]
    home.refresh_from_db()
    assert home.body[0].value["default"][0].value["title"] == EVERYBODY


def test_aimed_area_asks_no_query_of_its_own(client, fake_registry, site_tree, django_assert_num_queries):
    segments = [make_segment(f"{number}", OWNS_W85) for number in range(20)]
    owning(client, "NM-R9")
    client.get("/vi/")
    counts = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for blocks in ([banner("Một")], [aimed_block(*(([one.pk], "Không") for one in segments[:10]), default="Một")]):
        show_on_home(site_tree["vi"], *blocks)
        client.get("/vi/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert banners_on(client) == ["Một"]
        counts.append(len(queries))

    assert counts[1] <= counts[0]
