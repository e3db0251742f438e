"""Reports of searches in the admin, and the way from a report to what helps."""

import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kb import search
from kb.models import FaqPage, SearchLogClick, SearchLogEntry, Synonym
from tests.factories.admin import staff_user
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

TRY = "/admin/search-care/try/"
IMPORT = "/admin/search-care/synonyms/import/"
ZERO = "/admin/reports/searches/without_result/"
LOW = "/admin/reports/searches/without_click/"
POPULAR = "/admin/reports/searches/popular/"


def searched(query, *, language="vi", days_ago=0, shown="", number=1, zero=0, clicked=0):
    return SearchLogEntry.objects.create(
        day=timezone.localdate() - timedelta(days=days_ago),
        language=language,
        query=query,
        shown_query=shown or query,
        searches=number,
        zero_searches=zero,
        clicked_searches=clicked,
    )


def rows(response):
    return [row["shown"] for row in response.context["object_list"]]


def test_popular_searches_stand_beside_the_period_before(client, editor, shop):
    searched("bao hanh", shown="bảo hành", number=5)
    searched("bao hanh", shown="bảo hành", number=2, days_ago=29)
    searched("bao hanh", shown="bảo hành", number=10, days_ago=30)
    searched("may giat", number=3)
    searched("", number=4)

    page = client.get(POPULAR)

    first = page.context["object_list"][0]
    assert (first["shown"], first["number"], first["number_before"], first["change"]) == ("bảo hành", 7, 10, -3)
    assert rows(page) == ["bảo hành", "may giat"]
    assert (page.context["totals"].searches, page.context["totals"].withheld) == (14, 4)
    assert page.context["totals_before"].searches == 10


def test_period_language_and_number_narrow_a_report(client, editor, shop):
    searched("bao hanh", number=5)
    searched("old", number=5, days_ago=10)
    searched("warranty", number=5, language="en")
    searched("once", number=1)

    assert rows(client.get(POPULAR, {"period": "7", "language": "vi", "at_least": "2"})) == ["bao hanh"]
    assert rows(client.get(POPULAR, {"period": "90", "language": "en"})) == ["warranty"]
    assert client.get(POPULAR, {"period": "x", "at_least": "-1", "p": "99"}).status_code == 200
    assert rows(client.get(POPULAR, {"q": "BẢO"})) == ["bao hanh"]


def test_what_readers_opened_most_is_named_with_its_place(client, editor, shop):
    entry = searched("bao hanh", number=5, clicked=2)
    SearchLogClick.objects.create(entry=entry, page_id=shop.warranty.pk, position=1, count=3)
    SearchLogClick.objects.create(entry=entry, page_id=shop.card.pk, position=5, count=1)

    page = client.get(POPULAR)

    assert page.context["object_list"][0]["opened"] == f"{shop.warranty.title} (vị trí trung bình 2,0)"


def test_searches_without_result_say_whether_they_find_something_by_now(client, editor, shop):
    searched("lemon", number=9, zero=9)
    searched("ket giay", number=5, zero=2)
    searched("bao hanh", number=50)

    page = client.get(ZERO)

    found = {row["shown"]: row["finds_now"] for row in page.context["object_list"]}
    assert list(found) == ["lemon", "ket giay"]
    assert found["lemon"] == 0
    assert found["ket giay"] > 0


def test_searches_nobody_follows_need_enough_searches_and_results(client, editor, shop):
    searched("may giat", number=10, clicked=1)
    searched("bao hanh", number=10, clicked=5)
    searched("rare", number=4)
    searched("lemon", number=10, zero=10)

    assert rows(client.get(LOW)) == ["may giat"]


def test_from_a_search_without_result_three_clicks_lead_to_a_live_synonym(client, editor, shop):
    searched("lemon", shown="Lemon", number=9, zero=9)
    report = client.get(ZERO)
    actions = dict(report.context["object_list"][0]["actions"])

    form = client.get(actions["Thêm từ đồng nghĩa"])  # 1
    fields = {"typed": form.context["form"]["typed"].value(), "page_words": "thẻ tín dụng", "is_active": "on"}
    client.post(TRY, {**fields, "language": "vi"})  # 2, only to look
    saved = client.post(form.context["action_url"], {**fields, "language": "vi"})  # 3

    assert urlsplit(saved["Location"]).path == ZERO
    assert search.search("lemon", language="vi").hits[0].id == shop.card.pk
    assert client.get(ZERO).context["object_list"][0]["finds_now"] == 1


def test_a_search_becomes_a_promotion_with_its_words_filled_in(client, editor, shop):
    searched("lemon", shown="Lemon", number=9, zero=9)
    actions = dict(client.get(ZERO).context["object_list"][0]["actions"])

    form = client.get(actions["Ưu tiên một trang"])

    assert form.context["form"]["phrases"].value() == "Lemon"


def test_a_search_becomes_a_draft_with_its_words_as_title_and_keyword(client, editor, shop):
    searched("tu lanh keu", shown="tủ lạnh kêu", number=9, zero=9)
    actions = dict(client.get(ZERO).context["object_list"][0]["actions"])
    page = client.get(actions["Viết bài"])
    category = page.context["form"].fields["category"].queryset.first()

    answer = client.post(
        page.context["address"],
        {
            "title": page.context["form"]["title"].value(),
            "searched": "tủ lạnh kêu",
            "kind": "faq",
            "category": category.pk,
        },
    )

    draft = FaqPage.objects.get(title="Tủ lạnh kêu")
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert (draft.live, draft.keywords, draft.owner) == (False, "tủ lạnh kêu", editor)


def test_draft_without_title_or_category_is_refused_with_a_sentence(client, editor, shop):
    page = client.post("/admin/search-care/write/?language=vi", {"title": " ", "kind": "faq", "category": "999999"})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"title", "category"}


def test_reports_are_exported_for_spreadsheets(client, editor, shop):
    searched("=1+1", shown="=1+1", number=3, zero=3)

    csv = b"".join(client.get(ZERO, {"export": "csv"})).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(b"".join(client.get(ZERO, {"export": "xlsx"}))))

    assert "'=1+1" in csv
    assert [cell.value for cell in list(book.active.rows)[1]][3] == 3
    assert list(book.active.rows)[1][0].data_type == "s"


def test_reports_of_nothing_say_so(client, editor, shop):
    for address in (ZERO, LOW, POPULAR):
        assert client.get(address).status_code == 200

    assert "Mọi lượt tìm trong kỳ này đều có kết quả." in client.get(ZERO).content.decode()


def test_a_log_that_is_switched_off_is_named(client, editor, shop, settings):
    settings.SEARCH_LOG_DAYS = 0

    assert "SEARCH_LOG_DAYS" in client.get(POPULAR).content.decode()


def test_report_of_many_searches_costs_no_query_for_each(client, editor, shop, django_assert_max_num_queries):
    for number in range(30):
        searched(f"search {number}", number=2)
    client.get(POPULAR)

    with django_assert_max_num_queries(30):
        client.get(POPULAR)


def test_dashboard_names_what_was_not_found_this_week(client, editor, shop):
    searched("lemon", shown="Lemon", number=9, zero=9)
    searched("old", number=9, zero=9, days_ago=8)

    page = client.get("/admin/").content.decode()

    assert "Tuần này khách tìm mà không thấy" in page
    assert "Lemon" in page
    assert "9 lần" in page


def test_customers_and_strangers_see_none_of_it(client, shop):
    addresses = (TRY, IMPORT, ZERO, LOW, POPULAR, "/admin/search-care/synonyms/export/vi/", "/admin/search-care/write/")
    for address in addresses:
        assert client.get(address).status_code == 302
    client.force_login(make_user("khach@example.com"))
    for address in addresses:
        assert client.get(address).status_code in (302, 403)


def test_who_only_translates_tries_but_keeps_and_promotes_nothing(client, shop):
    client.force_login(staff_user("dich@example.com", "change"))
    searched("lemon", number=9, zero=9)
    asked = {"q": "lemon", "language": "vi", "lines": "lemon = thẻ tín dụng"}

    assert not client.get(TRY, asked).context["may_keep"]
    assert client.post(f"{TRY}keep/", asked).status_code in (302, 403)
    assert client.get(IMPORT).status_code in (302, 403)
    [row] = client.get(ZERO).context["object_list"]
    [_try_label, try_address], _write = row["actions"]
    assert parse_qs(urlsplit(try_address).query)["q"] == ["lemon"]
    assert Synonym.objects.count() == 0
