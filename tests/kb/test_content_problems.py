"""What the Checks panel and the reports say about the text of an article."""

import pytest
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from kb.content_problems import ProblemKind, content_problems, passages_of
from kb.editing.checks import ArticleCheckerItem, rule_of
from kb.models import ArticlePage
from tests.factories.kb import make_article, make_category, steps, text
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

GOOD = {"short_answer": "Giữ nút Khóa ba giây."}
LONG = "Bạn " + "hãy kiểm tra thật kỹ " * 9 + "nhé."


@pytest.fixture
def category(site_tree):
    return make_category()


def problems_of(category, *body, **fields):
    return content_problems(make_article(category, body=body, **{**GOOD, **fields}))


def kinds_of(category, *body, **fields):
    return [problem.kind for problem in problems_of(category, *body, **fields)]


def test_a_plain_good_article_has_none(category):
    body = [text("<h2>Mở khóa</h2><p>Xem <a href='/x'>cách đặt lại mật khẩu</a> trước đã.</p><h3>Nếu quên</h3>")]

    assert problems_of(category, *body) == []


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ('<p>Xem <a href="/x">tại đây</a>.</p>', ProblemKind.VAGUE_LINK),
        ('<p>Xem <a href="/x">Tại đây »</a></p>', ProblemKind.VAGUE_LINK),
        ('<p>Xem <a href="/x"><b>Click</b> here</a></p>', ProblemKind.VAGUE_LINK),
        (f"<p>{LONG}</p>", ProblemKind.LONG_SENTENCE),
        (f"<ul><li>{LONG}</li></ul>", ProblemKind.LONG_SENTENCE),
        ("<p>May giat khong vat duoc thi ban hay tat may</p>", ProblemKind.NO_MARKS),
        ("<h3>Nhảy cấp</h3>", ProblemKind.HEADING_JUMP),
        ("<h2> </h2><p>Chữ.</p>", ProblemKind.EMPTY_HEADING),
        ("<h2><br/></h2>", ProblemKind.EMPTY_HEADING),
    ],
)
def test_each_kind_is_found_in_a_text(category, html, kind):
    assert kinds_of(category, text(html)) == [kind]


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{'Tắt máy rồi bật lại. ' * 9}</p>",  # many short sentences
        "<p>NM-W85, NM-T100, NM-R9 (2026)</p>",  # codes
        "<p>Wi-Fi 2.4 GHz, DNS, DHCP, IPv6</p>",  # eight words without marks may be names
        "<p>" + "Bạn hãy bấm nút ".encode().decode() + "</p>",
        "<h2>A</h2><h3>B</h3><h2>C</h2>",
        '<p><a href="/x">Cách mở khóa tại đây</a></p>',
        "<p>ở đây không có liên kết</p>",
    ],
)
def test_what_only_looks_like_a_problem_is_none(category, html):
    assert kinds_of(category, text(html)) == []


def test_marks_in_decomposed_form_are_marks(category):
    import unicodedata

    decomposed = unicodedata.normalize("NFD", "Nếu máy không vắt được thì bạn hãy tắt máy")

    assert kinds_of(category, text(f"<p>{decomposed}</p>")) == []


def test_english_pages_need_no_marks_and_have_their_own_length(site_tree):
    category = make_category(language="en")
    words = "Turn the machine off and on again " * 5

    kinds = kinds_of(
        category, text(f"<p>{words}.</p>"), title="Reset", short_answer="Turn it off and on again, then wait a bit."
    )

    assert kinds == [ProblemKind.LONG_SENTENCE]


def test_texts_deep_inside_blocks_are_read(category):
    assert kinds_of(category, steps('Xem <a href="/x">ở đây</a>.')) == [ProblemKind.VAGUE_LINK]


def test_a_missing_short_answer_is_named(category):
    assert kinds_of(category, short_answer="  ") == [ProblemKind.NO_SHORT_ANSWER]


def test_a_title_that_another_page_of_the_language_has_is_named(category, site_tree):
    make_article(category, title="Bảo hành 24 tháng")
    make_article(make_category(language="en"), title="Warranty")

    assert kinds_of(category, title="Bảo hành 24 tháng") == [ProblemKind.DUPLICATE_TITLE]
    assert kinds_of(category, title="Warranty") == []


@pytest.mark.parametrize(("alt", "description", "is_found"), [("", "", True), ("Nút", "", False), ("", "Nút", False)])
def test_an_image_without_words_is_named(category, alt, description, is_found):
    image = get_image_model().objects.create(title="W85", description=description, file=get_test_image_file())
    block = {"type": "image", "value": {"image": image.pk, "alt": alt, "caption": ""}}

    found = problems_of(category, block)

    assert [(problem.kind, problem.place) for problem in found] == (
        [(ProblemKind.IMAGE_WITHOUT_WORDS, "W85")] if is_found else []
    )


def test_a_problem_says_where_and_what_to_do(category):
    [problem] = problems_of(category, text('<p>Xem <a href="/x">tại đây</a>.</p>'))

    assert problem.place == "tại đây"
    assert problem.title == "Có liên kết không nói dẫn tới đâu"
    assert "Hãy gọi tên trang" in problem.advice


@pytest.mark.parametrize(
    "source", ["", "<p>", "</p></h2>", "<h2>a<p>b", "chữ rời", "<p>" + "x " * 10_000 + "</p>", "<a>b"]
)
def test_broken_markup_is_read_as_far_as_it_goes(source):
    assert all(passage.text == passage.text.strip() for passage in passages_of(source))


def test_an_unsaved_page_is_checked_too(category):
    page = ArticlePage(title="Mới", locale=category.locale, short_answer="Ngắn gọn thôi.")

    assert content_problems(page) == []


def test_the_check_costs_one_query(category, django_assert_num_queries):
    article = make_article(category, body=[text("<h2>A</h2><p>b</p>"), steps("c", "d")], **GOOD)
    article.locale  # noqa: B018

    with django_assert_num_queries(1):
        content_problems(article)


# --- In the editor


def test_the_panel_of_an_article_knows_every_kind_in_vietnamese(client, category):
    client.force_login(make_user(role="writer"))
    page = make_article(category)

    html = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()

    for kind in ProblemKind:
        assert f'"{rule_of(kind)}"' in html
    assert "Ch\\u01b0a c\\u00f3 c\\u00e2u tr\\u1ea3 l\\u1eddi ng\\u1eafn" in html or "Chưa có câu trả lời ngắn" in html


def test_only_what_was_found_can_fail(category, rf):
    article = make_article(category, body=[text('<p>Xem <a href="/x">tại đây</a>.</p>')])
    item = ArticleCheckerItem(content_problems(article))

    options = {check["id"]: check.get("options") for check in item.get_axe_custom_checks(rf.get("/"))}

    assert options[rule_of(ProblemKind.VAGUE_LINK)] == {"places": ["tại đây"], "everywhere": False}
    assert options[rule_of(ProblemKind.NO_SHORT_ANSWER)] == {"places": [], "everywhere": True}
    assert options[rule_of(ProblemKind.NO_MARKS)] == {"places": [], "everywhere": False}


def test_a_draft_with_every_problem_is_saved(client, category):
    from tests.kb.test_admin import form_of

    client.force_login(make_user(role="writer"))

    client.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(short_answer="", title="x" * 200))

    assert ArticlePage.objects.get().title == "x" * 200
