"""Experiments on the site: everybody sees the variant of the day, nothing is kept of anybody, editors see the result."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import DatabaseError, OperationalError
from wagtail.models import Locale

from personalization.experiments import LEAST_PAIRS, A, B, Tally, judge, needed_views, variant_on
from portal.experiments import counting, services
from portal.experiments.counting import HOUSEHOLD, OPENED, SEEN
from portal.lib.fair_shares import FairShares
from portal.models import Experiment, ExperimentDay, NoticeBanner, RoleCode
from portal.models.experiments import public_boxes
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user
from tests.factories.personalization import store_preferences

pytestmark = pytest.mark.django_db

FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
ADMIN = "/admin/experiments"
START = date(2026, 11, 2)
USUAL, OTHER = "Kho nghỉ lễ ngày 2/9.", "Ngày 2/9 kho không giao hàng."
# On the home page of strangers; the usual first box is another.
FIRST = "support.ask_a_person"


@pytest.fixture(autouse=True)
def counter(monkeypatch):
    """A counter of this test's own, in a process that has met no network."""
    counter = counting.ExperimentCounter()
    monkeypatch.setattr(counting, "counter", counter)
    return counter


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), title="Lịch nghỉ")


@pytest.fixture
def notice(article):
    notice = NoticeBanner(text=USUAL, locale=Locale.objects.get(language_code="vi"), link_page=article)
    notice.save()
    notice.save_revision().publish()
    return notice


@pytest.fixture
def reviewer(client, db):
    user = make_user("duyet@example.com", is_staff=True)
    user.groups.add(Group.objects.get(role__code=RoleCode.REVIEWER))
    client.force_login(user)
    return client


def wording_of(notice, **fields):
    words = {"usual_text": USUAL, "other_text": OTHER}
    return Experiment.objects.create(name="Câu nào rõ hơn", kind="notice", notice=notice, **words, **fields)


def order_of(**fields):
    return Experiment.objects.create(name="Hỏi trước", kind="home_order", box_1=FIRST, **fields)


def noon(experiment, variant):
    """Noon of a day that shows `variant`."""
    days = (START + timedelta(days=number) for number in range(2))
    day = next(one for one in days if variant_on(one, key=experiment.key, started_on=START) == variant)
    return time_machine.travel(datetime(day.year, day.month, day.day, 5, tzinfo=UTC), tick=False)


def counted():
    return list(ExperimentDay.objects.values_list("variant", "seen", "opened"))


def form_of(**fields):
    empty = {"notice": "", "other_text": "", "box_1": "", "box_2": "", "box_3": ""}
    return {"name": "Câu nào rõ hơn", "usual_percent": "5", "worthwhile_points": "2", **empty, **fields}


# --- What visitors see ---


def test_everybody_sees_the_wording_of_the_day_and_carries_nothing_away(client, notice):
    experiment = wording_of(notice, started_on=START)
    for variant, text in ((A, USUAL), (B, OTHER)):
        with noon(experiment, variant):
            customer = make_user(f"{variant}@example.com")
            stranger = client.get("/vi/", headers=FIREFOX)
            client.force_login(customer)
            known = client.get("/vi/", headers=FIREFOX)
            client.logout()

        assert text in stranger.text
        assert text in known.text
        assert not stranger.cookies


@pytest.mark.parametrize(
    "state", [{}, {"started_on": START + timedelta(days=9)}, {"started_on": START, "stopped_on": START}]
)
def test_only_what_runs_changes_anything(client, notice, state):
    experiment = wording_of(notice, **state)

    with noon(experiment, B):
        page = client.get("/vi/", headers=FIREFOX).text

    assert USUAL in page
    assert OTHER not in page
    assert "utm_content" not in page


def test_boxes_stand_in_the_order_of_the_day_for_whoever_is_not_personalised(client, article):
    experiment = order_of(started_on=START)
    customer = make_user("rieng@example.com")
    store_preferences(customer)

    def first_box():
        modules = client.get("/vi/", headers=FIREFOX).context["modules"]
        return next(module.key for module in modules if not module.is_personal)

    with noon(experiment, A):
        assert first_box() != FIRST
    with noon(experiment, B):
        assert first_box() == FIRST
        client.force_login(customer)
        assert first_box() != FIRST


# --- What is counted ---


def test_seen_and_opened_are_counted_and_nothing_else(client, notice, article, counter):
    experiment = wording_of(notice, started_on=START)
    ours = {**FIREFOX, "referer": "http://testserver/vi/"}
    marked = f"{article.get_url()}?utm_content={notice.pk}"

    with noon(experiment, B):
        assert marked in client.get("/vi/", headers=FIREFOX).text
        client.get(marked, headers=ours)  # opened, and seen once more above the article
        client.get(marked, headers={**FIREFOX, "referer": "http://testserver.evil.example/vi/"})
        client.get(f"{article.get_url()}?utm_content=x", headers=ours)
        client.get("/vi/", headers={"user-agent": "curl/8"})
        client.get("/vi/khong-co/", headers=ours)
        counter.flush()

    assert counted() == [(B, 4, 1)]


def test_one_network_adds_no_more_than_its_fair_share_of_the_day(client, notice, article, counter):
    experiment = wording_of(notice, started_on=START)
    ours = {**FIREFOX, "referer": "http://testserver/vi/"}

    with noon(experiment, A):
        for _time in range(7):
            client.get(f"{article.get_url()}?utm_content={notice.pk}", headers=ours)
        client.get("/vi/", headers=FIREFOX, REMOTE_ADDR="203.0.113.9")
        counter.flush()

    assert counted() == [(A, HOUSEHOLD[SEEN] + 1, HOUSEHOLD[OPENED])]


@pytest.mark.parametrize(("usual", "difference"), [(0.05, 0.02), (0.3, 0.05)])
def test_one_network_alone_names_no_winner(usual, difference):
    """Every pair of days alike but for one network that asks without end on each day of B."""
    needed = needed_views(usual, difference)
    readers = needed // LEAST_PAIRS + 1
    tallies = []
    for number in range(2 * LEAST_PAIRS):
        day = START + timedelta(days=number)
        variant = A if number % 2 else B
        shares, counts = FairShares(), {SEEN: 0, OPENED: 0}

        def takes(what, *, network, shares=shares, day=day):
            return shares.takes(what, network=network, day=day, household=HOUSEHOLD[what])

        for reader in range(readers):
            counts[SEEN] += takes(SEEN, network=f"reader {reader}")
            # Every so many readers one opens it; a little more or less from pair to pair, as days are.
            if reader % round(1 / usual) == number // 2 % 3:
                counts[OPENED] += takes(OPENED, network=f"reader {reader}")
            if variant == B:
                counts[OPENED] += takes(OPENED, network="script")
        tallies.append(Tally(day, variant, counts[SEEN], counts[OPENED]))

    result = judge(tallies, started_on=START, until=START + timedelta(days=2 * LEAST_PAIRS), needed=needed)

    assert result.is_enough
    assert result.winner == ""


@pytest.mark.parametrize(
    "asked",
    [
        {"sec-fetch-dest": "image"},
        {"sec-fetch-dest": "iframe"},
        {"sec-fetch-dest": "empty"},
        {"sec-purpose": "prefetch;prerender"},
        {"x-purpose": "preview"},
    ],
)
def test_what_other_pages_embed_or_browsers_fetch_ahead_is_not_counted(client, notice, counter, asked):
    experiment = wording_of(notice, started_on=START)

    with noon(experiment, A):
        client.get("/vi/", headers={**FIREFOX, **asked})
        client.head("/vi/", headers=FIREFOX)
        client.get("/vi/", headers={**FIREFOX, "sec-fetch-dest": "document"})
        counter.flush()

    assert counted() == [(A, 1, 0)]


def test_kept_pages_are_counted_like_new_ones(client, notice, article, counter, settings):
    settings.PAGE_CACHE_SECONDS = 60
    experiment = wording_of(notice, started_on=START)

    with noon(experiment, A):
        for _time in range(3):
            client.get(article.get_url(), headers=FIREFOX)
        counter.flush()

    assert counted() == [(A, 3, 0)]


def test_what_is_opened_from_the_home_page_counts_for_the_order_of_boxes(client, article, counter):
    experiment = order_of(started_on=START)
    home = {**FIREFOX, "referer": "http://testserver/vi/"}

    with noon(experiment, B):
        client.get("/vi/", headers=FIREFOX)
        client.get(article.get_url(), headers=home)
        client.get("/vi/search/", {"q": "kho"}, headers=home)
        client.get("/vi/products/", headers={**FIREFOX, "referer": "http://testserver/vi/help/"})
        counter.flush()

    assert counted() == [(B, 1, 1)]


def test_counts_wait_while_the_database_refuses(notice, counter, monkeypatch):
    def refuse(counts):
        raise OperationalError("database is locked")

    experiment = wording_of(notice, started_on=START)
    with noon(experiment, A):
        counter.count(experiment.pk, SEEN, network="")
        counter.count(987654, SEEN, network="")  # deleted meanwhile
        with monkeypatch.context() as broken:
            broken.setattr(counting, "add_counts", refuse)
            assert counter.flush() == 0
        counter.flush()

    assert counted() == [(A, 1, 0)]


# --- In the admin ---


def test_editor_begins_reads_and_stops_an_experiment(reviewer, notice):
    response = reviewer.post(f"{ADMIN}/new/", form_of(kind="notice", notice=notice.pk, other_text=OTHER))
    assert response.status_code == 302, response.context["form"].errors
    experiment = Experiment.objects.get()
    result = f"{ADMIN}/inspect/{experiment.pk}/"
    assert "Chưa bắt đầu." in reviewer.get(result).text

    with time_machine.travel(datetime(2026, 11, 1, 5, tzinfo=UTC), tick=False):
        reviewer.post(f"{ADMIN}/start/{experiment.pk}/")
        assert "Còn quá sớm" in reviewer.get(result).text
    experiment.refresh_from_db()
    assert experiment.started_on == START  # the day after: its first day is whole

    for number in range(14):
        day = START + timedelta(days=number)
        variant = variant_on(day, key=experiment.key, started_on=START)
        opened = {A: 50, B: 90}[variant]
        ExperimentDay.objects.create(experiment=experiment, day=day, variant=variant, seen=1000, opened=opened)
    with time_machine.travel(datetime(2026, 11, 16, 5, tzinfo=UTC), tick=False):
        page = reviewer.get(result).text
        assert "Phiên bản B được mở nhiều hơn." in page
        assert "+4,0 điểm" in page
        assert "Phiên bản B được mở nhiều hơn." in reviewer.get(f"{ADMIN}/").text
        reviewer.post(f"{ADMIN}/stop/{experiment.pk}/")
        reviewer.post(f"{ADMIN}/stop/{experiment.pk}/")
    experiment.refresh_from_db()
    assert not experiment.is_running
    with pytest.raises(services.CannotStart):
        services.start(experiment)


def test_what_has_begun_is_not_rewritten(reviewer, notice):
    experiment = wording_of(notice, started_on=START)

    reviewer.post(
        f"{ADMIN}/edit/{experiment.pk}/", form_of(name="Tên mới", kind="home_order", other_text="khác", box_1=FIRST)
    )

    experiment.refresh_from_db()
    assert (experiment.name, experiment.kind, experiment.other_text) == ("Tên mới", "notice", OTHER)


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_notice_changed_meanwhile_spoils_its_experiment(reviewer, notice, is_deleted):
    experiment = wording_of(notice, started_on=START)
    if is_deleted:
        notice.delete()
    else:
        NoticeBanner.objects.update(text="Câu khác")

    with time_machine.travel(datetime(2026, 11, 20, 5, tzinfo=UTC), tick=False):
        page = reviewer.get(f"{ADMIN}/inspect/{experiment.pk}/").text
        home = reviewer.get("/vi/")

    assert "Thông báo đã bị sửa hoặc xóa" in page
    assert USUAL in page
    assert home.status_code == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "notice"}, "Bạn hãy chọn thông báo."),
        ({"kind": "notice", "notice": "{notice}", "other_text": USUAL}, "Đây chính là câu chữ của phiên bản A."),
        ({"kind": "home_order"}, "Bạn hãy chọn ô đứng đầu ở phiên bản B."),
        ({"kind": "home_order", "box_1": "{usual}"}, "Đây là thứ tự thường dùng"),
        ({"kind": "home_order", "box_1": "khong.co"}, "khong.co"),
        ({"kind": "home_order", "box_1": FIRST, "usual_percent": "0"}, "0.1"),
        ({"kind": "home_order", "box_1": FIRST, "worthwhile_points": "nan"}, ""),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(reviewer, notice, fields, sentence):
    real = {"notice": notice.pk, "usual": public_boxes()[0][0]}
    filled = {name: value.format(**real) for name, value in fields.items()}

    response = reviewer.post(f"{ADMIN}/new/", form_of(**filled))

    assert response.status_code == 200
    assert sentence in response.text
    assert not Experiment.objects.exists()


def test_two_experiments_on_one_thing_do_not_run_together(reviewer, notice):
    first = wording_of(notice, started_on=START)
    second = wording_of(notice)
    other = order_of()

    for experiment in (second, other):
        reviewer.post(f"{ADMIN}/start/{experiment.pk}/")

    assert set(Experiment.objects.running()) == {first, other}


def test_nobody_begins_one_by_opening_an_address_or_without_the_right(client, reviewer, notice):
    experiment = wording_of(notice)
    assert reviewer.get(f"{ADMIN}/start/{experiment.pk}/").status_code == 405
    writer = make_user("viet@example.com", is_staff=True)
    writer.groups.add(Group.objects.get(role__code=RoleCode.WRITER))
    client.force_login(writer)

    client.post(f"{ADMIN}/start/{experiment.pk}/")

    assert not Experiment.objects.running().exists()


def test_page_is_not_lost_where_its_count_cannot_be_looked_up(client, site_tree, monkeypatch, caplog):
    def gone():
        raise DatabaseError("gone")

    monkeypatch.setattr(counting, "running", SimpleNamespace(is_any=gone))

    assert client.get("/vi/", headers=FIREFOX).status_code == 200
    assert "a page was not counted: gone" in caplog.text
