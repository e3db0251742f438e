"""Did this help? Votes at their addresses: by anybody, once, without an account, and by nobody's robot."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from kb.models import ArticleVote, FixSubscription
from kb.views import feedback as views
from tests.factories.feedback import republish
from tests.factories.kb import make_article, make_category, restrict, text
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

OWN = {"HTTP_ORIGIN": "http://testserver"}
RESULTS = "http://testserver/vi/search/?q="


@pytest.fixture
def article(site_tree):
    return make_article(make_category(), title="Máy giặt không vắt", body=[text("<p>Kiểm tra ống xả.</p>")])


def vote(client, article, helpful="no", **fields):
    data = {"helpful": helpful, "revision": article.live_revision_id, **fields}
    headers = {name: fields.pop(name) for name in list(data) if name.isupper()}
    return client.post(
        reverse("article_vote", args=[article.pk]),
        {name: value for name, value in data.items() if name not in headers},
        **{**OWN, **headers},
    )


def explain(client, answer, **fields):
    return client.post(answer.url.partition("#")[0], fields, **OWN)


# --- The vote ---------------------------------------------------------------------------------------------


def test_the_article_asks_and_its_form_holds_nothing_of_the_visitor(client, article):
    first = client.get(article.url).content.decode()
    client.force_login(make_user())
    second = client.get(article.url).content.decode()

    [form] = re.findall(rf'<form action="/vi/help/feedback/{article.pk}/".*?</form>', first, re.DOTALL)
    assert form in second
    assert "csrf" not in form
    assert "Bài viết này có giúp được bạn không?" in first


def test_a_preview_does_not_ask(article):
    page = article.make_preview_request().content.decode()

    assert "data-feedback" not in page


def test_a_vote_is_counted_without_an_account_and_leads_to_the_reasons(client, article):
    answer = vote(client, article, "no")
    page = client.get(answer.url).content.decode()

    [counted] = ArticleVote.objects.all()
    assert answer.status_code == 303
    assert (counted.page_id, counted.revision_id, counted.is_helpful) == (article.pk, article.live_revision_id, False)
    assert "Bạn gặp trở ngại gì?" in page
    assert 'name="reason"' in page
    assert "sessionid" not in client.cookies


def test_one_visitor_has_one_vote_and_may_change_their_mind(client, article):
    explain(client, vote(client, article, "no"), reason="wrong", comment="Sai bước 2")
    vote(client, article, "no")
    assert ArticleVote.objects.get().comment == "Sai bước 2"

    vote(client, article, "yes")

    counted = ArticleVote.objects.get()
    assert (counted.is_helpful, counted.reason, counted.comment) == (True, "", "")


def test_another_browser_is_another_visitor(client, article):
    vote(client, article)
    vote(Client(), article)

    assert ArticleVote.objects.count() == 2


def test_the_cookie_names_nobody_and_two_articles_cannot_be_joined(client, article):
    other = make_article(article.get_parent())
    vote(client, article)
    vote(client, other)

    keys = set(ArticleVote.objects.values_list("visitor_key", flat=True))
    cookie = client.cookies["portal_votes"]
    assert len(keys) == 2
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not any(key in cookie.value for key in keys)


def test_a_forged_cookie_is_a_new_visitor(client, article):
    client.cookies["portal_votes"] = "somebody-else:1:forged"

    assert vote(client, article).status_code == 303
    assert client.cookies["portal_votes"].value != "somebody-else:1:forged"


def test_a_vote_counts_for_the_revision_that_was_read(client, article):
    former = article.live_revision_id
    rewritten = republish(article, short_answer="Làm lại từ đầu.")

    vote(client, rewritten, revision=former)
    vote(client, rewritten, revision=999_999_999)

    assert set(ArticleVote.objects.values_list("revision_id", flat=True)) == {former, rewritten.live_revision_id}


# --- The search that led here -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came_from", "query"),
    [
        (RESULTS + "m%C3%A1y+kh%C3%B4ng+v%E1%BA%AFt", "máy không vắt"),
        (RESULTS + "%C4%91%C6%A1n+NM-10001+an%40example.com+0912+345+678", "đơn […] […] […]"),
        (RESULTS + "a" * 500, "a" * 200),
        (RESULTS + "a%00%E2%80%AEb", "ab"),
        ("http://testserver/vi/help/", ""),
        ("https://evil.example/?q=x", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_the_search_that_led_here_is_kept_without_personal_data(client, article, came_from, query):
    vote(client, article, came_from=came_from)

    assert ArticleVote.objects.get().query == query


# --- Who may not ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "", "HTTP_REFERER": "https://evil.example/vi/"},
        {"HTTP_ORIGIN": "", "HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_ORIGIN": "http://[broken"},
        {"HTTP_ORIGIN": ""},
    ],
)
def test_a_vote_from_elsewhere_is_refused_with_a_sentence(client, article, headers):
    answer = vote(client, article, **headers)

    assert answer.status_code == 403
    assert "không được gửi từ trang của chúng tôi" in answer.content.decode()
    assert not ArticleVote.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "", "HTTP_REFERER": "http://testserver/vi/help/"},
        {"HTTP_ORIGIN": "", "HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_ORIGIN": "http://127.0.0.1:8000"},  # SITE_URL, behind a proxy that ends TLS
    ],
)
def test_any_sign_of_our_own_page_is_enough(client, article, headers, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["http://127.0.0.1:8000"]

    assert vote(client, article, **headers).status_code == 303


def test_looking_never_votes(client, article):
    answer = client.get(reverse("article_vote", args=[article.pk]), {"helpful": "yes"})

    assert answer.status_code == 405
    assert not ArticleVote.objects.exists()


def test_a_filled_trap_is_no_vote(client, article):
    answer = vote(client, article, website="http://spam.example")

    assert answer.status_code == 400
    assert not ArticleVote.objects.exists()


@pytest.mark.parametrize("helpful", ["", "maybe", "yes\x00"])
def test_an_answer_that_is_neither_is_asked_again(client, article, helpful):
    answer = vote(client, article, helpful)

    assert answer.status_code == 400
    assert "Hãy chọn “Có” hoặc “Không”" in answer.content.decode()


@pytest.mark.parametrize("revision", ["", "x", "9" * 30, "-1", "1\x00"])
def test_a_strange_revision_does_no_harm(client, article, revision):
    assert vote(client, article, revision=revision).status_code in (303, 400)


def test_drafts_private_articles_and_unknown_numbers_take_no_votes(client, article):
    category = article.get_parent().specific
    draft = make_article(category, is_live=False)
    private = make_article(category)
    restrict(private)

    answers = [client.post(reverse("article_vote", args=[pk]), **OWN) for pk in (draft.pk, private.pk, 999_999)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_many_votes_in_a_minute_are_stopped_with_a_clear_page(client, article):
    answers = [vote(client, article) for _number in range(11)]

    assert answers[9].status_code == 303
    assert answers[10].status_code == 429
    assert answers[10]["Retry-After"]
    assert "vui lòng chờ vài phút" in answers[10].content.decode()


# --- Reason, comment, address -----------------------------------------------------------------------------


def test_reason_and_comment_belong_to_the_vote(client, article):
    answer = explain(client, vote(client, article), reason="incomplete", comment="Thiếu hình ở bước 3")

    counted = ArticleVote.objects.get()
    assert (counted.reason, counted.comment) == ("incomplete", "Thiếu hình ở bước 3")
    assert answer.status_code == 303
    assert "Cảm ơn bạn" in client.get(answer.url).content.decode()


def test_a_comment_is_kept_without_addresses_and_numbers(client, article):
    explain(client, vote(client, article), comment="Gọi tôi 0912 345 678 hoặc an@example.com, đơn NM-10001, máy NM-W85")

    assert ArticleVote.objects.get().comment == "Gọi tôi […] hoặc […], đơn […], máy NM-W85"


def test_after_yes_only_a_comment_is_asked_for(client, article):
    answer = vote(client, article, "yes")
    page = client.get(answer.url).content.decode()
    explain(client, answer, comment="Rất rõ", reason="wrong", email="an@example.com")

    counted = ArticleVote.objects.get()
    assert 'name="email"' not in page
    assert (counted.comment, counted.reason) == ("Rất rõ", "")
    assert not FixSubscription.objects.exists()


def test_everything_is_optional(client, article):
    assert explain(client, vote(client, article)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "an@", "comment": "Giữ lại"}, "Đây không phải địa chỉ email"),
        ({"comment": "x" * 501}, "Nhiều nhất 500 ký tự"),
        ({"comment": "Giữ lại", "reason": "invented"}, "Hãy chọn một lý do trong danh sách"),
        ({"comment": "Giữ lại", "website": "spam"}, "để bẫy"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(client, article, fields, sentence):
    page = explain(client, vote(client, article), **fields).content.decode()

    assert sentence in page
    assert fields["comment"] in page
    assert ArticleVote.objects.get().comment == ""


def test_html_and_control_characters_in_a_comment_are_text(client, article):
    page = explain(client, vote(client, article), comment="<b>\x00đậm</b>", email="x").content.decode()

    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_a_wish_to_be_told_is_stored_once(client, article):
    for address in ("An@Example.com", "an@example.com"):
        answer = explain(client, vote(client, article), email=address)

    assert [(wish.email, wish.language) for wish in FixSubscription.objects.all()] == [("an@example.com", "vi")]
    assert "một lá thư" in client.get(answer.url).content.decode()


def test_one_mailbox_is_not_written_down_all_day_long(article):
    others = [make_article(article.get_parent()) for _number in range(6)]

    answers = []
    for number, other in enumerate(others):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        answers.append(explain(browser, vote(browser, other), email=f"an+{number}@example.com", comment="Giữ lại"))

    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert "Giữ lại" in answers[5].content.decode()
    assert FixSubscription.objects.count() == 5


def test_nobody_explains_the_vote_of_another(client, article):
    answer = vote(client, article)
    other = make_article(article.get_parent())
    forged = answer.url.partition("#")[0].replace("vote=", "vote=x")
    elsewhere = answer.url.partition("#")[0].replace(f"/{article.pk}/", f"/{other.pk}/")

    answers = [Client().post(url, {"comment": "Chen vào"}, **OWN) for url in (forged, elsewhere)]

    assert [one.status_code for one in answers] == [410, 410]
    assert "vui lòng chọn lại" in answers[0].content.decode()
    assert ArticleVote.objects.get().comment == ""


def test_an_old_page_of_thanks_asks_to_vote_again(client, article, monkeypatch):
    answer = vote(client, article)
    monkeypatch.setattr(views, "TOKEN_AGE_SECONDS", -1)

    assert explain(client, answer, comment="Muộn").status_code == 410


def test_details_from_elsewhere_are_refused(client, article):
    url = vote(client, article).url.partition("#")[0]

    answer = client.post(url, {"comment": "Chen vào"}, HTTP_ORIGIN="https://evil.example")

    assert answer.status_code == 403
    assert ArticleVote.objects.get().comment == ""


def test_the_second_page_is_kept_by_no_cache_and_found_by_no_robot(client, article):
    page = client.get(vote(client, article).url)

    assert "no-store" in page["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in page.content.decode()


def test_it_speaks_english_too(client, article):
    answer = client.post(f"/en/help/feedback/{article.pk}/", {"helpful": "no"}, **OWN)

    assert "What was the matter?" in client.get(answer.url).content.decode()


def test_a_vote_costs_few_queries(client, article, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        vote(client, article)
