"""What readers tell, as editors meet it: a page for each article, a list of all votes, files for spreadsheets."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from kb.models import ArticleVote
from kb.services import feedback
from portal.models import Role, RoleCode, User
from tests.factories.feedback import make_vote, make_votes, republish
from tests.factories.kb import make_article, make_category

pytestmark = pytest.mark.django_db

LIST = "/admin/feedback/"


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), title="Máy giặt không vắt")


def sign_in(client, *codes):
    user = User.objects.create_user(f"{'-'.join(codes) or 'ai'}@example.test", "x", is_staff=True)
    user.groups.set(Group.objects.filter(pk__in=Role.objects.filter(code__in=codes).values("group_id")))
    client.force_login(user)
    return client


@pytest.fixture
def reviewer(client, article):
    return sign_in(client, RoleCode.REVIEWER)


def page_of(client, article):
    return client.get(reverse("kb_article_feedback", args=[article.pk])).content.decode()


def test_an_article_shows_share_number_reasons_searches_comments_and_who_waits(reviewer, article):
    make_votes(article, yes=3)
    make_vote(article, helped=False, reason="unclear", comment="Khó hiểu quá", query="máy không vắt")
    make_vote(article, helped=False, reason="unclear")
    feedback.subscribe_to_fix(page=article, email="an@example.com", language="vi")

    page = page_of(reviewer, article)

    for text in (
        "60% trong 5 người đọc",
        "Tôi đọc không hiểu: 2",
        "“máy không vắt”: 1",
        "Khó hiểu quá",
        "1 người đọc đang chờ",
    ):
        assert text in page
    assert "an@example.com" not in page


def test_below_five_votes_no_percentage_is_said(reviewer, article):
    make_votes(article, yes=4)

    page = page_of(reviewer, article)

    assert "4 × giúp được, 0 × chưa" in page
    assert "100 %" not in page


def test_a_rewritten_article_starts_with_an_empty_page(reviewer, article):
    make_votes(article, yes=6)

    page = page_of(reviewer, republish(article, short_answer="Viết lại."))

    assert "Chưa có ai đánh giá" in page


def test_the_editor_links_to_what_readers_say_and_a_draft_does_not(reviewer, article):
    draft = make_article(article.get_parent(), is_live=False)

    edit, edit_draft = (reviewer.get(f"/admin/pages/{page.pk}/edit/").content.decode() for page in (article, draft))

    assert reverse("kb_article_feedback", args=[article.pk]) in edit
    assert reverse("kb_article_feedback", args=[draft.pk]) not in edit_draft


def test_a_reviewer_deletes_a_comment_and_the_vote_stays(reviewer, article):
    vote = make_vote(article, helped=False, reason="wrong", comment="Lời khó nghe")
    url = reverse("kb_delete_comment", args=[article.pk, vote.pk])

    reviewer.get(url)
    assert ArticleVote.objects.get().comment == "Lời khó nghe"
    for _twice in range(2):
        answer = reviewer.post(url)

    stored = ArticleVote.objects.get()
    assert answer.status_code == 302
    assert (stored.comment, stored.reason) == ("", "wrong")
    history = reviewer.get(f"/admin/pages/{article.pk}/history/").content.decode()
    assert history.count("Đã xóa góp ý của người đọc") == 1


def test_a_comment_is_deleted_at_its_own_article_only(reviewer, article):
    vote = make_vote(article, comment="Giữ lại")
    other = make_article(article.get_parent())

    answers = [reviewer.post(reverse("kb_delete_comment", args=[pk, vote.pk])) for pk in (other.pk, 999_999)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert ArticleVote.objects.get().comment == "Giữ lại"


def test_a_writer_reads_but_does_not_delete(client, article):
    vote = make_vote(article, comment="Giữ lại")
    writer = sign_in(client, RoleCode.WRITER)

    page = page_of(writer, article)
    writer.post(reverse("kb_delete_comment", args=[article.pk, vote.pk]))

    assert "Giữ lại" in page
    assert "Xóa góp ý này" not in page
    assert ArticleVote.objects.get().comment == "Giữ lại"


@pytest.mark.parametrize("codes", [(), (RoleCode.WRITER,)])
def test_who_does_not_work_on_pages_sees_nothing(client, article, codes):
    make_vote(article, comment="Riêng tư")
    sign_in(client, *codes)

    pages = [client.get(url, follow=True).content.decode() for url in (LIST, f"{LIST}{article.pk}/")]

    assert all(("Riêng tư" in page) is bool(codes) for page in pages)


def test_html_in_a_comment_is_text(reviewer, article):
    make_vote(article, comment="<script>alert(1)</script>")

    assert "<script>alert(1)" not in page_of(reviewer, article) + reviewer.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("is_helpful=no", {"Chê", "Cũ"}),
        ("reason=wrong", {"Chê"}),
        ("with_comment=true", {"Khen", "Chê", "Cũ"}),
        ("live_text=true", {"Khen", "Chê"}),
        ("live_text=false", {"Cũ"}),
        ("period=7", {"Khen", "Chê"}),
        ("q=Chê", {"Chê"}),
        ("is_helpful=maybe", {"Khen", "Chê", "Cũ"}),
        ("p=99", {"Khen", "Chê", "Cũ"}),
    ],
)
def test_votes_are_filtered(reviewer, article, query, shown):
    make_vote(article, helped=False, comment="Cũ", created_at=timezone.now() - timedelta(days=20))
    article = republish(article, short_answer="Viết lại.")
    make_vote(article, comment="Khen")
    make_vote(article, helped=False, reason="wrong", comment="Chê")

    page = reviewer.get(f"{LIST}?{query}").content.decode()

    assert {text for text in ("Khen", "Chê", "Cũ") if f">{text}<" in page.replace("\n", "").replace(" ", "")} == shown


def test_an_empty_list_says_so(reviewer):
    assert reviewer.get(LIST).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_leaves_as_a_file_that_runs_no_formula_and_names_no_visitor(reviewer, article, kind):
    vote = make_vote(article, helped=False, reason="wrong", comment='=HYPERLINK("http://evil.example")')

    answer = reviewer.get(f"{LIST}?export={kind}")
    content = b"".join(answer.streaming_content)

    if kind == "csv":
        head, row = list(csv.reader(io.StringIO(content.decode())))
        assert row[3].startswith("'=")
    else:
        head, row = [list(line) for line in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]
        assert row[3].data_type == "s"
        head, row = [cell.value for cell in head], [cell.value for cell in row]
    assert head == ["Bài viết", "Trả lời", "Lý do", "Nội dung góp ý", "Đã tìm", "Thời điểm"]
    assert row[:3] == ["Máy giặt không vắt", "Chưa giúp được", "Có chỗ sai"]
    assert vote.visitor_key not in content.decode(errors="ignore")


def test_a_long_list_costs_few_queries(reviewer, article, django_assert_max_num_queries):
    make_votes(article, yes=30)
    reviewer.get(LIST)

    with django_assert_max_num_queries(16):
        reviewer.get(LIST)
