"""Care of search in the admin: trying a search, synonyms, their files, promoted results."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from kb import search
from kb.models import SearchPromotion, Synonym
from kb.search.promotions import promoted

pytestmark = pytest.mark.django_db

TRY = "/admin/search-care/try/"
IMPORT = "/admin/search-care/synonyms/import/"
ADD_SYNONYM = "/admin/snippets/kb/synonym/add/"
ADD_PROMOTION = "/admin/snippets/kb/searchpromotion/add/"


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
