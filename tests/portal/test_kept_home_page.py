"""The home page of strangers is kept as a whole: as cheap as one look, right in everything that it shows, nobody's own."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Site

from kb import page_changes
from kb.home_modules import FrequentQuestions, PopularNow
from kb.models import ArticleViews, FaqPage
from kb.selectors.shelves import FEWEST_VIEWS
from personalization.experiments import A, B, variant_on
from portal.experiments import counting
from portal.models import Experiment, ExperimentDay, NoticeBanner, ShopSettings
from portal.models.pages import KEPT_SECONDS
from support.models import ContactChannel
from tests.factories.kb import make_article, make_category, restrict
from tests.factories.people import make_user
from tests.factories.segments import aimed_block, banner
from tests.portal.test_notices import make_notice

pytestmark = pytest.mark.django_db

HOME = "/vi/"
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kept_pages(settings, site_tree):
    settings.PAGE_CACHE_SECONDS = 600


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """A block whose changes are committed as far as anybody who waits for it can tell."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def question():
    return make_article(make_category(title="Bảo hành"), model=FaqPage, title="Bảo hành bao lâu?")


# --- What it costs ---


@pytest.mark.parametrize("address", ["/vi/", "/en/"])
def test_kept_home_page_needs_no_query_and_is_the_same_byte_for_byte(client, address, django_assert_num_queries):
    first = client.get(address)

    with django_assert_num_queries(0):
        again = client.get(address)
        head = client.head(address)
        known = client.get(address, headers={"If-None-Match": first["ETag"]})
        campaign = client.get(f"{address}?utm_source=thu&fbclid=1")

    assert again.content == campaign.content == first.content
    assert (
        dict(again.items()) == dict(first.items()) == dict(head.items()) | {"Content-Length": first["Content-Length"]}
    )
    assert (known.status_code, known.content, head.content) == (304, b"", b"")
    assert set(first["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert not first.cookies


def test_in_the_embedded_cache_it_costs_one_read(client, settings, django_assert_num_queries):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "test_cache"}}
    call_command("createcachetable", verbosity=0)
    client.get(HOME)

    with django_assert_num_queries(1) as queries:
        client.get(HOME)

    assert "test_cache" in queries.captured_queries[0]["sql"]


@pytest.mark.parametrize("query", ["page=1", "preview", "x=1", "q=%00"])
def test_made_up_arguments_fill_no_cache(client, query):
    client.get(HOME)
    client.get(f"{HOME}?{query}")

    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"{HOME}?{query}")

    assert response.status_code == 200
    assert queries, "made anew"
    assert "?" not in client.get(HOME).text.partition('hreflang="en"')[0].rpartition("<a")[2]


# --- What it shows, changed ---


class Editor:
    """Changes one after the other what the home page shows; each returns the words that it brings or takes away."""

    def __init__(self, home, question):
        self.home, self.question = home, question

    def place(self, *blocks):
        self.home.body = list(blocks)
        self.home.save_revision().publish()

    def rewrites_the_page(self):
        self.home.headline = "Chào bạn, cần gì?"
        self.home.save_revision().publish()
        return "Chào bạn, cần gì?", True

    def places_a_banner(self):
        self.place({**banner("Lõi lọc mới"), "value": {**banner("")["value"], "title": "Lõi lọc mới"}})
        return "Lõi lọc mới", True

    def aims_it_at_some(self):
        self.place(aimed_block(([999], "Của riêng ai"), default="Cho mọi người"))
        return "Cho mọi người", True

    def announces(self):
        self.notice = make_notice("Kho nghỉ lễ.", link_page=self.question)
        return "Kho nghỉ lễ.", True

    def rewords(self):
        self.notice.text = "Kho mở lại."
        self.notice.save_revision().publish()
        return "Kho nghỉ lễ.", False

    def announces_elsewhere(self):
        return make_notice("Đơn giao chậm một ngày.", place="orders").text, True

    def asks(self):
        return make_article(self.question.get_parent().specific, model=FaqPage, title="Đổi trả ra sao?").title, True

    def renames_a_question(self):
        self.question.title = "Bảo hành mấy năm?"
        self.question.save_revision().publish()
        return "Bảo hành bao lâu?", False

    def opens_a_topic(self):
        make_article(topic := make_category(title="Lắp đặt", code="lap-dat"))
        return topic.title, True

    def closes_it(self):
        restrict(self.question.get_parent().get_parent().get_children().get(slug="lap-dat"))
        return "Lắp đặt", False

    def names_the_shop(self):
        ShopSettings.objects.create(site=Site.objects.get(is_default_site=True), name="Nhà Gió")
        return "Nhà Gió", True

    def opens_a_channel(self):
        locale = Locale.objects.get(language_code="vi")
        ContactChannel.objects.create(kind="address", label="Kho", value="1 Lê Lợi", locale=locale, live=True)
        return "1 Lê Lợi", True

    def unpublishes_where_the_notice_leads(self):
        self.question.unpublish()
        return self.question.slug, False

    def takes_the_notice_back(self):
        NoticeBanner.objects.get(text="Kho mở lại.").unpublish()
        return "Kho mở lại.", False


def test_each_change_of_what_it_shows_shows_at_once(client, site_tree, question, committing, settings):
    editor = Editor(site_tree["vi"], question)
    changes = [name for name in vars(Editor) if not name.startswith("_") and name != "place"]
    wrong = []

    for name in changes:
        client.get(HOME)
        with committing():
            words, is_there = getattr(editor, name)()
        kept = [client.get(HOME).text for _time in range(2)][-1]
        settings.PAGE_CACHE_SECONDS = 0
        anew = client.get(HOME).text
        settings.PAGE_CACHE_SECONDS = 600
        if (words in kept) is not is_there or kept != anew:
            wrong.append(name)

    assert len(changes) > 10
    assert wrong == []


def test_a_change_on_another_machine_is_in_the_first_page_after_it(client, site_tree):
    """Its signals reach nobody here but through the shared cache."""
    ShopSettings.objects.create(site=Site.objects.get(is_default_site=True), name="Nhà Cũ")
    client.get(HOME)

    ShopSettings.objects.update(name="Nhà Gió")
    page_changes.forget_pages()

    assert "Nhà Gió" in client.get(HOME).text


def test_what_changes_without_a_signal_shows_within_a_minute(client, question):
    with time_machine.travel(NOON, tick=False) as clock:
        client.get(HOME)
        ArticleViews.objects.create(page_id=question.pk, day=NOON.date(), count=FEWEST_VIEWS)
        clock.shift(KEPT_SECONDS + 1)

        assert str(PopularNow.title) in client.get(HOME).text


def test_a_notice_is_gone_at_the_second_at_which_it_ends(client, committing, monkeypatch):
    monkeypatch.setattr("portal.models.pages.KEPT_SECONDS", 600)
    with time_machine.travel(NOON, tick=False) as clock:
        with committing():
            make_notice("Kho nghỉ đến 12 giờ 05.", expire_at=NOON + timedelta(minutes=5))
        shown = []
        for seconds in (0, 299, 1):
            clock.shift(seconds)
            shown.append("12 giờ 05" in client.get(HOME).text)

    assert shown == [True, True, False]


def test_midnight_makes_it_anew(client, settings, monkeypatch):
    monkeypatch.setattr("portal.models.pages.KEPT_SECONDS", 600)
    with time_machine.travel(datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), tick=False) as clock:
        assert "© 2026" in client.get(HOME).text
        clock.shift(1)
        assert "© 2027" in client.get(HOME).text


def test_an_experiment_shows_the_variant_of_the_day_and_counts_each_kept_page(client, monkeypatch):
    monkeypatch.setattr(counting, "counter", counter := counting.ExperimentCounter())
    start = NOON.date()
    experiment = Experiment.objects.create(
        name="Hỏi trước", kind="home_order", box_1="support.ask_a_person", started_on=start
    )
    first = []
    with time_machine.travel(NOON, tick=False) as clock:
        for _day in range(2):
            pages = [client.get(HOME, headers=FIREFOX).text for _time in range(3)]
            assert len(set(pages)) == 1
            first.append(BeautifulSoup(pages[0], "html.parser").select_one(".module__title").text)
            clock.shift(timedelta(days=1))
        counter.flush()

    assert len(set(first)) == 2
    variants = [variant_on(start + timedelta(days=number), key=experiment.key, started_on=start) for number in range(2)]
    assert sorted(variants) == [A, B]
    assert list(ExperimentDay.objects.order_by("day").values_list("variant", "seen")) == [(one, 3) for one in variants]


# --- What it must never hold ---


def test_a_preview_is_neither_taken_from_the_cache_nor_kept(client, site_tree, rf):
    client.get(HOME)
    home = site_tree["vi"]
    home.headline = "Nháp chưa đăng"

    preview = home.make_preview_request(rf.get("/admin/"))

    assert "Nháp chưa đăng" in preview.content.decode()
    assert "Nháp chưa đăng" not in client.get(HOME).text


@pytest.mark.parametrize("fault", ["raises", "is asked for later"])
def test_a_page_without_one_of_its_boxes_is_not_kept(client, question, settings, monkeypatch, fault):
    settings.RAISE_MODULE_ERRORS = False

    def fail(self, visitor):
        raise ValueError("broken")

    with monkeypatch.context() as broken:
        if fault == "raises":
            broken.setattr(FrequentQuestions, "content", fail)
        else:
            broken.setattr("personalization.showing.aside.holds", lambda key: key == FrequentQuestions.key)
        without = client.get(HOME)

    assert "no-store" in without["Cache-Control"]
    assert question.title not in without.text
    assert question.title in client.get(HOME).text


def test_whoever_brings_something_gets_their_own_and_leaves_nothing_behind(client):
    stranger = client.get(HOME)
    person = make_user(full_name="Trần Khuê")
    client.force_login(person)
    own = client.get(HOME)
    client.logout()
    client.cookies["_ga"] = "GA1.1.5"  # the operator's own, which says nothing to us

    assert person.get_short_name() in own.text
    assert "no-store" in own["Cache-Control"]
    assert client.get(HOME).content == stranger.content
    for cookie in ("sessionid", "portal_preferences", "messages", "dismissed_notices", "welcome_dismissed"):
        client.cookies[cookie] = "x"
        assert "ETag" not in client.get(HOME), cookie
        del client.cookies[cookie]


def test_no_header_of_a_request_gets_into_it(client):
    """Whoever came first could otherwise leave a link of theirs in everybody's page."""
    odd = {
        "host": "xau.example",
        "x-forwarded-host": "xau.example",
        "x-original-url": "/vi/help/",
        "x-forwarded-prefix": "/xau",
        "referer": "https://xau.example/",
        "accept-language": "en",
        "accept": "application/json",
        "user-agent": "<script>xau</script>",
    }
    first = client.get(HOME, headers=odd)
    page_changes.forget_pages()

    assert client.get(HOME).content == first.content
    assert b"xau" not in first.content
