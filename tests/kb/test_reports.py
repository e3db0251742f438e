"""The reports on the help centre: what stands in them, in which order, who may read them, what they cost."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from kb.editing.reports import REPORTS
from kb.models import ArticleViews, ArticleVote, FixSubscription
from tests.factories.admin import staff_user
from tests.factories.feedback import make_votes
from tests.factories.kb import make_article, make_category, make_product
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

SLUGS = [report.slug for report in REPORTS]
TODAY = timezone.localdate()


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def editor(client, category):
    """A client signed in as somebody who may edit the help pages."""
    client.force_login(staff_user("bientap@example.com", "change"))
    return client


def address(slug):
    return f"/admin/reports/help/{slug}/"


def rows(client, slug, **query):
    return list(client.get(address(slug), query).context["object_list"])


def titles(client, slug, **query):
    return [row.title for row in rows(client, slug, **query)]


def vote(article, *, helpful=0, unhelpful=0, **fields):
    for number in range(helpful + unhelpful):
        is_helpful = number < helpful
        ArticleVote.objects.create(
            page=article,
            revision_id=article.live_revision_id,
            visitor_key=f"khach-{number}-{is_helpful}-{fields}"[:64],
            is_helpful=is_helpful,
            **({} if is_helpful else fields),
        )


def view(article, count, *, days_ago=1):
    ArticleViews.objects.create(page=article, day=TODAY - timedelta(days=days_ago), count=count)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_report_opens_empty_in_both_languages(client, category, slug, language):
    client.force_login(staff_user("x@example.com", "publish", language=language))

    response = client.get(address(slug))

    assert response.status_code == 200
    assert not response.context["object_list"]
    assert str(response.context["view"].no_results_message)


@pytest.mark.parametrize("permission", ["add", "change", "publish"])
def test_reports_open_for_all_who_work_on_pages(client, category, permission):
    client.force_login(staff_user("x@example.com", permission))

    answers = {slug: client.get(f"{address(slug)}results/").status_code for slug in SLUGS}

    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("who", ["anonymous", "customer", "agent"])
def test_reports_are_closed_to_everybody_else(client, category, who):
    if who != "anonymous":
        client.force_login(make_user() if who == "customer" else staff_user("hotro@example.com"))

    answers = {slug: client.get(address(slug)).status_code for slug in SLUGS}

    assert set(answers.values()) <= {302, 403}, answers
    assert not any(address(slug) in client.get("/admin/").content.decode() for slug in SLUGS)


def test_menu_names_every_report(editor):
    page = editor.get("/admin/").content.decode()

    assert all(address(slug) in page for slug in SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_filters_bear_anything(editor, category, slug):
    make_article(category)
    query = {
        "category": "0001'--",
        "product": "\x00",
        "language": "de",
        "owner": "999999",
        "p": "9999",
        "ordering": "x",
    }

    assert editor.get(address(slug), query).status_code == 200


@pytest.mark.parametrize("slug", SLUGS)
def test_exports_open_with_translated_headings(editor, category, slug):
    csv = b"".join(editor.get(address(slug), {"export": "csv"}).streaming_content).decode()
    book = openpyxl.load_workbook(BytesIO(b"".join(editor.get(address(slug), {"export": "xlsx"}).streaming_content)))

    assert csv.splitlines()[0].split(",")[0] in ("\ufeffTiêu đề", "\ufeffTên")
    assert book.active["A1"].value in ("Tiêu đề", "Tên")


def test_export_runs_no_formula_of_a_title_or_a_reader(editor, category):
    vote(make_article(category, title="=1+1"), unhelpful=1, query="@SUM(A1)", reason="wrong")

    csv = b"".join(editor.get(address("worst-articles"), {"export": "csv"}).streaming_content).decode("utf-8-sig")
    book = openpyxl.load_workbook(
        BytesIO(b"".join(editor.get(address("worst-articles"), {"export": "xlsx"}).streaming_content))
    )

    assert "'=1+1" in csv
    assert "'@sum(a1)" in csv
    assert {cell.data_type for cell in book.active[2]} <= {"s", "n", "d", "inlineStr"}


def test_worst_article_is_the_one_that_surely_fails(editor, category):
    one_bad = make_article(category, title="Một phiếu xấu")
    many_bad = make_article(category, title="Nhiều phiếu xấu")
    good = make_article(category, title="Tốt")
    make_article(category, title="Chưa có phiếu")
    vote(one_bad, unhelpful=1)
    vote(many_bad, helpful=4, unhelpful=36)
    vote(good, helpful=20)

    assert titles(editor, "worst-articles") == ["Nhiều phiếu xấu", "Một phiếu xấu", "Tốt"]


def test_worst_articles_name_reason_search_and_who_waits(editor, category):
    article = make_article(category)
    vote(article, unhelpful=2, reason="outdated", query="Mã lỗi E4")
    vote(article, unhelpful=1, reason="wrong", query="e4")
    FixSubscription.objects.create(page=article, email="an@example.com", language="vi")

    (row,) = rows(editor, "worst-articles")

    assert (row.main_reason, row.top_query, row.waiting) == (
        "Không đúng với máy hoặc phiên bản của tôi",
        "mã lỗi e4",
        1,
    )


def test_rewritten_article_leaves_the_worst(editor, category):
    article = make_article(category)
    vote(article, unhelpful=3)

    article.short_answer = "Viết lại."
    article.save_revision().publish()

    assert rows(editor, "worst-articles") == []


def test_reading_shows_the_change_against_the_thirty_days_before(editor, category):
    article, unread = make_article(category, title="Đọc nhiều"), make_article(category, title="Không ai đọc")
    view(article, 10, days_ago=2)
    view(article, 4, days_ago=31)
    view(article, 99, days_ago=61)

    first, second = rows(editor, "reading")

    assert (first.title, first.views_lately, first.views_before, first.views_change) == ("Đọc nhiều", 10, 4, 6)
    assert (second.pk, second.views_lately) == (unread.pk, 0)
    assert first.trend.weeks[-1] == 10
    assert sum(first.trend.weeks) == 113


def test_reading_shows_whether_it_helps_more_than_before(editor, category):
    article = make_article(category)
    now = timezone.now()
    make_votes(article, yes=2, no=4, created_at=now - timedelta(days=45))
    make_votes(article, yes=5, created_at=now - timedelta(days=3))

    page = editor.get(address("reading")).content.decode()

    assert "5 trong 5" in page
    assert "+67 điểm phần trăm" in page


def test_due_articles_come_the_longest_overdue_first(editor, category):
    day = timedelta(days=1)
    make_article(category, title="Còn hạn", check_again_on=TODAY + day)
    make_article(category, title="Hôm nay", check_again_on=TODAY)
    make_article(category, title="Lâu rồi", check_again_on=TODAY - 90 * day)
    make_article(category, title="Hơn một năm", last_checked_on=TODAY - 400 * day)
    make_article(category, title="Vừa kiểm tra", last_checked_on=TODAY)
    make_article(category, title="Nháp", check_again_on=TODAY - day, is_live=False)

    due = rows(editor, "due-checks")

    assert [(row.title, row.days_overdue) for row in due] == [("Lâu rồi", 90), ("Hơn một năm", 35), ("Hôm nay", 0)]


def test_due_article_is_marked_from_the_report_and_leaves_it(editor, category):
    make_article(category, check_again_on=TODAY)
    (row,) = rows(editor, "due-checks")

    response = editor.post(row.mark_checked_url, {"last_checked_on": TODAY.isoformat()})

    assert response.url == address("due-checks")
    assert rows(editor, "due-checks") == []


def test_due_articles_that_nobody_hears_of_are_found(editor, category):
    gone = make_user("nghi@example.com", is_active=False)
    make_article(category, title="Người đã nghỉ", check_again_on=TODAY, owner=gone)
    make_article(category, title="Không có ai", check_again_on=TODAY)
    make_article(category, title="Có người", check_again_on=TODAY, owner=make_user("chi@example.com"))

    assert set(titles(editor, "due-checks", hears="no")) == {"Người đã nghỉ", "Không có ai"}
    assert titles(editor, "due-checks", hears="yes") == ["Có người"]


def test_report_is_filtered_by_category_product_language_and_owner(editor, category):
    owner = staff_user("chi@example.com")
    other = make_category(title="Khác", code="khac")
    wanted = make_article(
        make_category(parent=category, title="Sâu", code="sau"),
        title="Cần",
        products=[make_product("NM-W85")],
        owner=owner,
        check_again_on=date(2020, 1, 1),
    )
    make_article(other, title="Thừa", check_again_on=date(2020, 1, 1))

    for query in ({"category": category.path}, {"product": "NM-W85"}, {"owner": owner.pk}):
        assert titles(editor, "due-checks", **query) == ["Cần"], query
    assert titles(editor, "due-checks", language="en") == []
    assert wanted.locale.language_code == "vi"


def test_reports_hold_only_pages_of_the_reader(client, category):
    english = make_category(language="en", title="Returns", code="returns")
    make_article(english, title="Not mine", check_again_on=TODAY)
    make_article(category, title="Của tôi", check_again_on=TODAY)
    user = staff_user("x@example.com", "change")
    user.groups.get().page_permissions.filter(page__locale__language_code="en").delete()
    client.force_login(user)

    assert titles(client, "due-checks") == ["Của tôi"]


@pytest.mark.parametrize("slug", ["worst-articles", "due-checks", "reading", "broken-links"])
def test_fifty_rows_cost_few_queries(editor, category, slug, django_assert_max_num_queries):
    owner = make_user("chi@example.com")
    for number in range(51):
        article = make_article(category, check_again_on=TODAY, owner=owner)
        if number % 10 == 0:
            vote(article, unhelpful=1)
    editor.get(address(slug))

    with django_assert_max_num_queries(25):
        editor.get(address(slug))


def test_report_addresses_have_names():
    assert reverse("kb_report_due_checks") == address("due-checks")
