"""Care of search in the admin: synonyms, trying them, files, promoted results, reports, from a report to what helps."""

import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kb import search
from kb.models import FaqPage, SearchLogClick, SearchLogEntry, SearchPromotion, Synonym
from kb.search.promotions import promoted
from tests.factories.admin import staff_user
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

TRY = "/admin/search-care/try/"
IMPORT = "/admin/search-care/synonyms/import/"
ADD_SYNONYM = "/admin/snippets/kb/synonym/add/"
ADD_PROMOTION = "/admin/snippets/kb/searchpromotion/add/"
ZERO = "/admin/reports/searches/without_result/"
LOW = "/admin/reports/searches/without_click/"
POPULAR = "/admin/reports/searches/popular/"


@pytest.fixture
def writer(client, shop):
    """A client signed in as a writer of the help centre."""
    user = make_user("bientap@example.com", groups=("Biên tập viên",), is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def editor(client, shop):
    """A client signed in as somebody who may do everything with search."""
    user = staff_user("quantri@example.com", "add", "change", "publish", is_superuser=True)
    client.force_login(user)
    return user


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


# Trying --------------------------------------------------------------------------------------------------------------


def test_trying_a_search_shows_its_ranking_and_the_points_of_each_place(client, editor, shop):
    page = client.get(TRY, {"q": "kẹt giấy", "language": "vi"})

    [column] = page.context["columns"]
    first = column["rows"][0]
    assert first["page"].page_id == shop.printer.pk
    assert sum(reason["points"] for reason in first["reasons"]) == pytest.approx(first["page"].score, abs=0.01)
    assert "Máy in bị kẹt giấy" in page.content.decode()


def test_candidate_lines_show_what_comes_up_and_what_goes_and_change_nothing(client, editor, shop):
    page = client.get(TRY, {"q": "lemon", "language": "vi", "lines": "lemon = thẻ tín dụng"})

    before, after = page.context["columns"]
    assert before["rows"] == []
    assert [(row["page"].page_id, row["page"].move) for row in after["rows"]] == [(shop.card.pk, "new")]
    assert "từ đồng nghĩa" in {str(reason["kind"]) for reason in after["rows"][0]["reasons"]}
    assert search.search("lemon", language="vi").count == Synonym.objects.count() == 0


def test_moved_pages_say_by_how_many_places(client, editor, shop):
    now = client.get(TRY, {"q": "máy giặt", "language": "vi"}).context["columns"][0]["rows"]
    second = now[1]["page"]

    page = client.get(
        TRY, {"q": "máy giặt", "language": "vi", "lines": f"máy giặt = {' '.join(second.title.split()[:4])}"}
    )

    before, after = page.context["columns"]
    moves = {row["page"].page_id: (row["page"].move, row["page"].moved_by, row["move"]) for row in after["rows"]}
    assert moves[second.page_id] == ("up", 1, "lên 1 bậc")
    assert moves[now[0]["page"].page_id] == ("down", 1, "xuống 1 bậc")
    assert {row["page"].move for row in before["rows"]} <= {"same", "gone"}


def test_tried_lines_are_kept_by_one_button_and_hold_at_once(client, editor, shop):
    asked = {"q": "lemon", "language": "vi", "lines": "lemon = thẻ tín dụng"}

    answer = client.post(f"{TRY}keep/", asked)
    client.post(f"{TRY}keep/", asked)

    assert answer.status_code == 302
    synonym = Synonym.objects.get()
    assert (synonym.typed, synonym.page_words, synonym.created_by) == ("lemon", "thẻ tín dụng", editor)
    assert search.search("lemon", language="vi").hits[0].id == shop.card.pk


def test_form_of_a_synonym_tries_its_line_in_the_place_of_the_saved_one(client, editor, shop):
    saved = Synonym.objects.create(language="vi", typed="lemon", page_words="thẻ tín dụng")
    typed = {"typed": "lemon", "page_words": "bảo hành", "language": "vi", "is_active": "on", "replaces": saved.pk}

    page = client.post(TRY, {**typed, "try_query": ""})

    before, after = page.context["columns"]
    assert [row["page"].page_id for row in before["rows"]] == [shop.card.pk]
    assert [row["page"].page_id for row in after["rows"]] == [shop.warranty.pk]
    assert "kb/editing/search_care/try_frame.html" in [template.name for template in page.templates]


def test_line_that_is_switched_off_in_the_form_is_tried_as_gone(client, editor, shop):
    saved = Synonym.objects.create(language="vi", typed="lemon", page_words="thẻ tín dụng")

    page = client.post(TRY, {"typed": "lemon", "page_words": "thẻ tín dụng", "language": "vi", "replaces": saved.pk})

    before, after = page.context["columns"]
    assert [row["page"].move for row in before["rows"]] == ["gone"]
    assert after["rows"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "x" * 10_000, "language": "vi"},
        {"q": "máy", "language": "fr"},
        {"q": "máy", "language": "vi", "lines": "không có dấu bằng"},
        {"q": "máy", "language": "vi", "lines": "a = b\n" * 21},
        {"q": "\x00", "language": "vi"},
        {"q": "<script>", "language": "vi", "lines": "<b> = <i>", "replaces": "999"},
    ],
)
def test_nonsense_gets_a_sentence(client, editor, shop, asked):
    page = client.get(TRY, asked)

    assert page.status_code == 200
    assert page.context["form"].errors
    assert "<script>" not in page.content.decode().replace("<script>\n", "")


def test_without_an_index_the_trial_says_so(client, editor, search_index, shop):
    search_index.directory.path.rename(search_index.directory.path.with_name("gone"))

    page = client.get(TRY, {"q": "kẹt giấy", "language": "vi"})

    assert page.status_code == 200
    assert "Chỉ mục tìm kiếm chưa sẵn sàng" in page.content.decode()


# Synonyms ------------------------------------------------------------------------------------------------------------


def test_synonym_notes_who_added_it_and_is_found_without_marks(client, editor, shop):
    client.post(ADD_SYNONYM, {"typed": " Quên  pass ", "page_words": "mật khẩu", "language": "vi", "is_active": "on"})

    [synonym] = Synonym.objects.all()
    assert (synonym.typed, synonym.created_by) == ("Quên pass", editor)
    for typed in ("quen pass", "MAT KHAU"):
        found = client.get("/admin/snippets/kb/synonym/", {"q": typed})
        assert [one.pk for one in found.context["object_list"]] == [synonym.pk]


@pytest.mark.parametrize(
    ("typed", "page_words", "sentence"),
    [
        ("mac giay", "KẸT GIẤY", "Dòng này đã có: “mắc giấy → kẹt giấy”."),
        ("tắt rồi", "kẹt giấy", "đang tắt"),
        ("ket giay", "kẹt giấy", "cùng các từ"),
        ("a, b", "kẹt giấy", "Không dùng dấu phẩy"),
        ("một hai ba bốn năm", "kẹt giấy", "Nhiều nhất 4 từ"),
        ("!!!", "kẹt giấy", "chữ hoặc số"),
    ],
)
def test_line_that_would_do_nothing_is_refused_with_a_sentence(client, editor, shop, typed, page_words, sentence):
    Synonym.objects.create(language="vi", typed="mắc giấy", page_words="kẹt giấy")
    Synonym.objects.create(language="vi", typed="tắt rồi", page_words="kẹt giấy", is_active=False)

    page = client.post(ADD_SYNONYM, {"typed": typed, "page_words": page_words, "language": "vi", "is_active": "on"})

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert Synonym.objects.count() == 2


def test_the_same_line_may_hold_in_the_other_language(client, editor, shop):
    Synonym.objects.create(language="vi", typed="reset", page_words="restart")

    client.post(ADD_SYNONYM, {"typed": "reset", "page_words": "restart", "language": "en", "is_active": "on"})

    assert Synonym.objects.count() == 2


def test_switched_off_line_does_nothing_at_once(shop):
    synonym = Synonym.objects.create(language="vi", typed="lemon", page_words="thẻ tín dụng")
    assert search.search("lemon", language="vi").count == 1

    synonym.is_active = False
    synonym.save()

    assert search.search("lemon", language="vi").count == 0


# Files ---------------------------------------------------------------------------------------------------------------


def test_file_is_shown_before_anything_is_written(client, editor, shop):
    Synonym.objects.create(language="vi", typed="bi ket", page_words="kẹt giấy")
    lines = "mắc giấy, bí kẹt = kẹt giấy # từ tổng đài\nhỏng dòng này\n"
    file = SimpleUploadedFile("a.txt", lines.encode("utf-8-sig"))

    page = client.post(IMPORT, {"language": "vi", "file": file})

    assert (page.context["new_count"], page.context["known_count"], page.context["error_count"]) == (1, 1, 1)
    assert Synonym.objects.count() == 1

    client.post(IMPORT, {"language": "vi", "lines": page.context["text"], "confirmed": "1"})

    added = Synonym.objects.get(typed="mắc giấy")
    assert (added.note, added.created_by) == ("từ tổng đài", editor)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Hãy chọn một tệp hoặc dán các dòng"),
        ({"file": SimpleUploadedFile("a.txt", "quên = x".encode("utf-16"))}, "không phải UTF-8"),
        ({"file": SimpleUploadedFile("a.txt", b"a" * 500_001)}, "lớn hơn 500 KB"),
        ({"lines": "a" * 500_001}, "dài hơn 500 KB"),
    ],
    ids=["nothing", "encoding", "large file", "large text"],
)
def test_file_that_cannot_be_read_gets_a_sentence(client, editor, shop, given, sentence):
    page = client.post(IMPORT, {"language": "vi", **given})

    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_export_comes_back_the_same(client, editor, shop, tmp_path):
    for typed, words, note, is_active in [
        ("mắc giấy", "kẹt giấy", "", True),
        ("bí giấy", "kẹt giấy", "", True),
        ("quên pass", "đặt lại mật khẩu", "tổng đài", True),
        ("thôi dùng", "máy giặt", "", False),
    ]:
        Synonym.objects.create(language="vi", typed=typed, page_words=words, note=note, is_active=is_active)
    wanted = {(one.typed, one.page_words, one.note) for one in Synonym.objects.filter(is_active=True)}
    exported = client.get("/admin/search-care/synonyms/export/vi/").content.decode()
    out = io.StringIO()
    call_command("export_synonyms", stdout=out)

    Synonym.objects.all().delete()
    path = tmp_path / "lines.txt"
    path.write_text(exported, encoding="utf-8")
    call_command("import_synonyms", str(path), stdout=io.StringIO())

    assert out.getvalue() == exported
    assert {(one.typed, one.page_words, one.note) for one in Synonym.objects.all()} == wanted


def test_list_exports_run_no_formula(client, editor, shop):
    Synonym.objects.create(language="vi", typed="+1 lần", page_words="kẹt giấy")

    text = b"".join(client.get("/admin/snippets/kb/synonym/", {"export": "csv"})).decode("utf-8-sig")

    assert "'+1 lần" in text


# Promoted results ----------------------------------------------------------------------------------------------------


def test_promotion_made_in_the_admin_shows_at_once(client, editor, shop):
    form = {
        "language": "vi",
        "matching": "whole",
        "phrases": "bảo hành\nbh",
        "page": shop.warranty.pk,
        "position": "10",
    }
    assert client.post(ADD_PROMOTION, form).status_code == 302

    assert [one.page_id for one in promoted("BH", language="vi")] == [shop.warranty.pk]
    assert SearchPromotion.objects.get().created_by == editor


def test_promotions_that_no_longer_show_are_listed_by_what_became_of_them(client, editor, shop):
    now = timezone.now()
    states = {"shown": {}, "planned": {"starts_at": now + timedelta(days=1)}, "over": {"ends_at": now}}
    made = {
        state: SearchPromotion.objects.create(phrases=state, page=shop.warranty, **dates).pk
        for state, dates in states.items()
    }
    made["dead"] = SearchPromotion.objects.create(phrases="dead", page=shop.card).pk
    made["lost"] = SearchPromotion.objects.create(phrases="lost", page=None).pk
    shop.card.unpublish()

    def listed(state):
        page = client.get("/admin/snippets/kb/searchpromotion/", {"state": state})
        return {one.pk for one in page.context["object_list"]}

    assert {state: listed(state) for state in ("shown", "planned", "over", "dead")} == {
        "shown": {made["shown"]},
        "planned": {made["planned"]},
        "over": {made["over"]},
        "dead": {made["dead"], made["lost"]},
    }
    assert "Hỏng: trang không công khai" in client.get("/admin/snippets/kb/searchpromotion/").content.decode()


# Reports -------------------------------------------------------------------------------------------------------------


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


# Who may -------------------------------------------------------------------------------------------------------------


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
