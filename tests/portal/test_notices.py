"""Notices: where and when they stand above a page, and how a visitor puts one away."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale

from kb.page_changes import forget_pages
from portal.models import NoticeBanner
from tests.factories.kb import make_article, make_category

pytestmark = pytest.mark.django_db

NOTICES = "/admin/snippets/portal/noticebanner"
OURS = {"headers": {"origin": "http://testserver", "referer": "http://testserver/vi/products/?page=2"}}


def make_notice(text="Kho nghỉ lễ ngày 2/9.", *, language="vi", **fields):
    notice = NoticeBanner(text=text, locale=Locale.objects.get(language_code=language), **fields)
    notice.save()
    if notice.live:
        notice.save_revision().publish()
    return NoticeBanner.objects.get(pk=notice.pk)


def shown_on(client, address):
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return [notice.p.get_text(" ", strip=True) for notice in page.select("section.messages .notice")]


def form_of(**fields):
    empty = {"link_page": "", "link_text": "", "segments-count": "0"}
    return {"text": "Kho nghỉ lễ.", "level": "info", "place": "everywhere", **empty, **fields}


@pytest.mark.parametrize(
    ("place", "addresses"),
    [
        ("everywhere", ["/vi/", "/vi/products/", "/vi/search/?q=a", "/vi/orders/", "/vi/contact/"]),
        ("home", ["/vi/"]),
        ("help", ["/vi/products/", "/vi/search/?q=a"]),
        ("orders", ["/vi/orders/"]),
    ],
)
def test_notice_stands_where_its_editor_said(client, site_tree, place, addresses):
    make_notice(place=place)

    everywhere = ["/vi/", "/vi/products/", "/vi/search/?q=a", "/vi/orders/", "/vi/contact/"]
    assert [address for address in everywhere if shown_on(client, address)] == addresses


def test_region_is_named_and_stands_before_the_content(client, site_tree):
    make_notice(level="warning")

    page = BeautifulSoup(client.get("/vi/products/").content, "html.parser")
    region = page.select_one("section.messages")
    assert region["aria-label"] == "Thông báo"
    assert region.find_next("main")
    assert region.select_one(".notice--warning")


def test_readers_of_the_other_language_see_their_own(client, site_tree):
    make_notice()
    make_notice("Closed on 2 September.", language="en")

    assert shown_on(client, "/en/products/") == ["Closed on 2 September."]


def test_warnings_come_first(client, site_tree):
    make_notice("Có màu mới.")
    make_notice("Đừng dùng pin phồng.", level="warning")
    make_notice("Có bản tin mới.")

    assert shown_on(client, "/vi/")[0] == "Đừng dùng pin phồng."


def test_drafts_are_for_editors_alone(client, site_tree):
    make_notice(live=False)

    assert shown_on(client, "/vi/") == []


def test_schedule_shows_and_takes_down_a_notice(admin_client, client, site_tree):
    now = timezone.now()
    admin_client.post(
        f"{NOTICES}/add/",
        form_of(
            go_live_at=timezone.localtime(now + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M"),
            expire_at=timezone.localtime(now + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M"),
            **{"action-publish": "1"},
        ),
    )
    seen = []
    for hours in (0, 2, 4):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            call_command("publish_scheduled", verbosity=0)
            seen.append(len(shown_on(client, "/vi/")))

    assert seen == [0, 1, 0]


def test_an_expired_notice_is_not_shown_even_before_the_clock_takes_it_down(client, site_tree):
    make_notice(expire_at=timezone.now() + timedelta(minutes=10))

    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert shown_on(client, "/vi/") == []


def test_link_is_left_out_while_its_page_is_not_published(client, site_tree):
    article = make_article(make_category(), title="Lịch nghỉ lễ")
    make_notice(link_page=article.page_ptr)

    assert shown_on(client, "/vi/") == ["Kho nghỉ lễ ngày 2/9. Lịch nghỉ lễ"]
    article.unpublish()
    assert shown_on(client, "/vi/") == ["Kho nghỉ lễ ngày 2/9."]


def test_visitor_puts_a_notice_away_and_returns_to_the_page(client, site_tree):
    first, second = make_notice("Một."), make_notice("Hai.")

    response = client.post("/vi/notices/dismiss/", {"notice": first.key}, **OURS)

    assert response.url == "/vi/products/?page=2"
    assert response.cookies["dismissed_notices"]["httponly"]
    assert shown_on(client, "/vi/") == ["Hai."]
    client.post("/vi/notices/dismiss/", {"notice": second.key}, **OURS)
    assert shown_on(client, "/vi/") == []


def test_new_wording_is_shown_again(client, site_tree):
    notice = make_notice()
    client.post("/vi/notices/dismiss/", {"notice": notice.key}, **OURS)

    notice.text = "Kho nghỉ thêm ngày 3/9."
    notice.save_revision().publish()

    assert shown_on(client, "/vi/") == ["Kho nghỉ thêm ngày 3/9."]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver", "referer": "http://testserver//evil.example/"},
    ],
)
def test_foreign_or_twisted_senders_are_sent_to_the_start_page(client, site_tree, headers):
    response = client.post("/vi/notices/dismiss/", {"notice": "1-1"}, headers=headers)

    assert response.url == "/"


@pytest.mark.parametrize("key", ["", "9-9", "x" * 10_000, "\x00", "1-1; Path=/"])
def test_unknown_keys_set_no_cookie(client, site_tree, key):
    make_notice()

    assert not client.post("/vi/notices/dismiss/", {"notice": key}, **OURS).cookies


@pytest.mark.parametrize("value", ["", "....", "a" * 5_000, "\x00.1-1", "1-1.1-1.1-1"])
def test_odd_cookies_are_harmless(client, site_tree, value):
    make_notice()
    client.cookies["dismissed_notices"] = value

    assert client.get("/vi/").status_code == 200


def test_dismissing_by_get_is_refused(client, site_tree):
    assert client.get("/vi/notices/dismiss/").status_code == 405


def test_text_is_escaped(client, site_tree):
    make_notice("<script>alert(1)</script>")

    assert "<script>alert" not in client.get("/vi/").content.decode()


def test_a_kept_page_ends_with_a_new_notice_and_passes_who_put_one_away(client, site_tree, settings):
    settings.PAGE_CACHE_SECONDS = 600
    url = make_article(make_category()).url
    assert shown_on(client, url) == []

    notice = make_notice()
    forget_pages()  # what the signal does once the test's transaction would be over
    assert len(shown_on(client, url)) == 1
    client.post("/vi/notices/dismiss/", {"notice": notice.key}, **OURS)
    assert shown_on(client, url) == []
    client.cookies.clear()
    assert len(shown_on(client, url)) == 1


def test_warm_page_asks_no_database_for_notices(rf, site_tree, django_assert_num_queries):
    from portal.notices import notices_for

    make_notice()
    request = rf.get("/vi/")
    notices_for(request)

    with django_assert_num_queries(0):
        assert len(notices_for(request)) == 1


@pytest.mark.parametrize("view", ["edit", "copy", "delete", "usage", "history"])
def test_every_view_of_a_notice_opens(admin_client, site_tree, view):
    assert admin_client.get(f"{NOTICES}/{view}/{make_notice().pk}/").status_code == 200


def test_preview_shows_the_edited_notice(admin_client, site_tree):
    url = f"{NOTICES}/preview/?locale=vi"
    assert admin_client.post(url, form_of(text="Sắp có đợt bảo trì.")).json()["is_valid"]

    assert "Sắp có đợt bảo trì." in admin_client.get(f"{url}&mode=").content.decode()


def test_text_that_is_too_long_is_refused_and_kept(admin_client, site_tree):
    response = admin_client.post(f"{NOTICES}/add/", form_of(text="a" * 10_000))

    assert response.context["form"].errors["text"]
    assert len(response.context["form"]["text"].value()) == 10_000
