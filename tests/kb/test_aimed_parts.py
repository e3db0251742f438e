"""Parts of an article that only some customers see: who reads what, and where only the one text for everybody may stand."""

import json
import random
import zipfile

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.admin.telepath import JSContext

from kb.blocks import ArticleBodyBlock, ArticleContentBlock
from kb.care.links import LinkCheck
from kb.content_problems import ProblemKind, content_problems
from kb.exporter import ExportOptions, export_help_centre
from kb.importer import import_articles
from kb.models import ArticlePage
from kb.policies.changes import paragraphs_of
from kb.search.documents import document_of
from kb.translation.copies import translate_page
from kb.translation.digests import text_digest
from kb.usage import pages_using
from personalization import guest
from personalization.facts import VisitorFacts
from personalization.preferences import OwnedItem
from personalization.segments import selectors
from tests.factories.blocks import image_block, make_image, parts_block
from tests.factories.kb import heading, make_article, make_category, make_part, make_product, steps, text
from tests.factories.personalization import make_guest_cookie
from tests.factories.segments import OWNS_W85, make_segment

pytestmark = pytest.mark.django_db

BLOCK_ID = "22222222-2222-4222-8222-222222222222"
ADDRESS = "/vi/help/bao-hanh/thay-loi/"


def aimed(*variants, default=(), block_id=BLOCK_ID):
    """An aimed part as it is stored; each variant is the numbers of its segments and its blocks."""
    stored = [{"segments": ids, "content": list(content)} for ids, content in variants]
    return {"type": "aimed", "id": block_id, "value": {"variants": stored, "default": list(default)}}


def owning(client, *codes):
    """The browser of a guest who allows personal pages and owns these products."""
    client.cookies[guest.COOKIE_NAME] = make_guest_cookie(owned=tuple(OwnedItem(code) for code in codes))
    return client


def page_of(client, address=ADDRESS):
    return BeautifulSoup(client.get(address).content, "html.parser")


def words_of(client):
    return " ".join(page_of(client).select_one("article .prose").get_text(" ").split())


@pytest.fixture
def filters(site_tree):
    make_product("NM-R9", name="Máy lọc R9")
    make_product("NM-W85", name="Máy giặt W85")
    return make_segment()


@pytest.fixture
def washers(filters):
    return make_segment("Chủ máy giặt", OWNS_W85)


@pytest.fixture
def article(filters, washers):
    """An article whose middle is written anew for owners of an R9 and of a W85."""
    return make_article(
        make_category(),
        title="Thay lõi",
        short_answer="Sáu tháng một lần.",
        body=[
            heading("Trước khi làm"),
            aimed(
                ([filters.pk], [heading("Lõi R9"), steps("Xoay lõi R9."), text("<p>Mã <b>BIMATR9</b>.</p>")]),
                ([washers.pk], [heading("Lưới W85"), text("<p>Mã BIMATW85.</p>")]),
                default=[heading("Lõi chung"), text("<p>Tra bảng chung.</p>")],
            ),
            heading("Sau khi làm"),
        ],
    )


def test_each_reader_sees_the_part_that_fits_and_a_stranger_the_default(client, article):
    assert words_of(client) == "Trước khi làm Lõi chung Tra bảng chung. Sau khi làm"
    r9 = words_of(owning(client, "NM-R9"))
    w85 = words_of(owning(client, "NM-W85"))

    assert r9.startswith("Trước khi làm Lõi R9 Xoay lõi R9. Mã BIMATR9 .") and r9.endswith("Sau khi làm")
    assert "BIMATW85" in w85 and "BIMATR9" not in w85 and "Tra bảng chung" not in r9 + w85


def test_list_of_contents_names_what_is_shown(client, article):
    for codes, shown in (([], "Lõi chung"), (["NM-W85"], "Lưới W85")):
        page = page_of(owning(client, *codes))

        lines = page.select("nav.contents a")
        assert [line.get_text() for line in lines] == ["Trước khi làm", shown, "Sau khi làm"]
        assert all(len(page.select(f"[id='{line['href'][1:]}']")) == 1 for line in lines)


def test_variant_says_why_with_three_ways_out_and_can_be_put_away(client, article):
    why = page_of(owning(client, "NM-R9")).select_one(".prose details.module__why")

    assert "Cửa hàng viết nội dung này cho khách sở hữu Máy lọc R9 (NM-R9)." in why.get_text()
    assert why.select_one("[formaction='/vi/preferences/withdraw/']") and why.select_one("a[href='/vi/preferences/']")
    answer = client.post(why.form["action"], {field["name"]: field["value"] for field in why.select("input[name]")})
    assert answer.url == ADDRESS
    assert "Tra bảng chung." in words_of(client)


def test_only_the_page_itself_ever_holds_a_variant(client, article, settings):
    settings.PAGE_CACHE_SECONDS = 600
    page = owning(client, "NM-R9", "NM-W85").get(ADDRESS)
    machines = page_of(client).head.decode()

    assert "BIMAT" in page.text and "no-store" in page["Cache-Control"]
    assert "BIMAT" not in machines and "Xoay" not in machines
    for address in (f"{ADDRESS}index.md", f"/api/v3/pages/{article.pk}/", "/vi/feeds/help.atom", "/llms.txt"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "BIMAT" not in answer.text and "Lõi R9" not in answer.text, address
    assert "Tra bảng chung." in client.get(f"{ADDRESS}index.md").text
    assert "Tra bảng chung." in str(client.get(f"/api/v3/pages/{article.pk}/").json()["body"])


def test_personal_page_is_never_kept_and_a_kept_one_never_shown_to_its_customer(client, article, settings):
    settings.PAGE_CACHE_SECONDS = 600
    cache.clear()
    assert "BIMATR9" in words_of(owning(client, "NM-R9"))
    client.cookies.clear()
    stranger = words_of(client)

    assert stranger == words_of(client) and "BIMAT" not in stranger
    assert "BIMATR9" in words_of(owning(client, "NM-R9"))
    assert "BIMATW85" in words_of(owning(client, "NM-W85"))


@pytest.mark.soak
def test_thousands_of_reads_in_turn_hand_no_variant_to_another_reader(client, article, settings):
    settings.PAGE_CACHE_SECONDS = 600
    cache.clear()
    turns = random.Random(20261122)
    readers = {"NM-R9": "BIMATR9", "NM-W85": "BIMATW85", "": "Tra bảng chung."}

    for _turn in range(3_000):
        code, own = turns.choice(list(readers.items()))
        client.cookies.clear()
        page = (owning(client, code) if code else client).get(ADDRESS).text
        assert [words for words in readers.values() if words in page] == [own]


def test_search_and_figures_know_the_one_text(article):
    document = document_of(article)

    assert document.headings == ("Trước khi làm", "Lõi chung", "Sau khi làm")
    assert "Tra bảng chung." in document.body and "BIMAT" not in document.body + article.admin_words()
    assert "tra bang chung" in article.admin_words() or "Tra bảng chung" in article.admin_words()


def test_variant_of_which_nothing_is_left_makes_place_for_the_next(client, filters, article):
    gone = {"type": "spare_parts", "value": {"title": "", "parts": [{"part": 9999, "quantity": 1, "remark": ""}]}}
    part = aimed(([filters.pk], [gone]), ([filters.pk], [text("<p>Bản sau.</p>")]), default=[text("<p>Chung.</p>")])
    article.body = [part, aimed(([filters.pk], [gone]), default=[text("<p>Cuối.</p>")], block_id="")]
    article.save_revision().publish()

    assert words_of(client) == "Chung. Cuối."
    page = page_of(owning(client, "NM-R9"))
    assert [one.get_text(strip=True) for one in page.select(".prose .rich-text")] == ["Bản sau.", "Cuối."]


def test_dead_segment_and_unknown_blocks_leave_the_default(client, filters, article):
    filters.delete()
    selectors.forget_segments()
    part = aimed(([filters.pk], [text("<p>BIMAT</p>")]), default=[{"type": "gone", "value": 1}, text("<p>Chung.</p>")])
    article.body = [part, {**part, "value": None}, {**part, "value": {"variants": None, "default": None}}]
    article.save_revision().publish()

    assert words_of(owning(client, "NM-R9")) == "Chung."


def test_article_asks_the_facts_of_the_segments_it_names_and_no_others(client, article, monkeypatch):
    plain = make_article(article.get_parent().specific, title="Không riêng", body=[text("<p>Một.</p>")])
    asked = []
    ask = VisitorFacts.ask
    monkeypatch.setattr(VisitorFacts, "ask", lambda facts, one: asked.append(one.key) or ask(facts, one))
    owning(client, "NM-W85")

    client.get(plain.get_url())
    assert asked == []
    client.get(ADDRESS)
    assert set(asked) == {"preferences.owned_products"}


def test_aimed_part_costs_a_stranger_no_query(client, article):
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        client.get(ADDRESS)
    article.body = [heading("Trước khi làm"), heading("Lõi chung"), text("<p>Tra bảng chung.</p>")]
    article.save_revision().publish()

    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as plain:
        client.get(ADDRESS)
    assert len(plain) == len(queries)


# --- What cares for the whole text --------------------------------------------------------------------------------------


def test_variants_are_checked_like_any_text(filters, article):
    bare = image_block(make_image(description=""))
    variant = [text('<h3>Bậc dưới</h3><p>Xem <a href="https://a.example/">tại đây</a>.</p>'), bare]
    article.body = [text("<p>Đầu.</p>"), aimed(([filters.pk], variant), default=[heading("Chung")])]

    kinds = [problem.kind for problem in content_problems(article)]

    assert set(kinds) == {ProblemKind.HEADING_JUMP, ProblemKind.VAGUE_LINK, ProblemKind.IMAGE_WITHOUT_WORDS}
    article.body = [heading("Trên"), aimed(([filters.pk], variant), default=[heading("Chung")])]
    assert ProblemKind.HEADING_JUMP not in {problem.kind for problem in content_problems(article)}


def test_links_of_a_variant_are_followed_and_lead_to_what_its_readers_see(filters, article):
    links = text('<p><a linktype="page" id="9999">cũ</a> <a href="#loi-r9">lõi</a> <a href="#loi-khac">khác</a></p>')
    far = make_article(
        article.get_parent().specific, title="Bài xa", body=[text(f'<p><a href="{ADDRESS}#loi-r9">lõi R9</a></p>')]
    )
    article.body = [
        heading("Trước khi làm"),
        aimed(([filters.pk], [heading("Lõi R9"), links]), default=[text("<p>Chung.</p>")]),
    ]
    article.save_revision().publish()
    gone = filters.pk
    filters.delete()

    broken = LinkCheck([article, far]).broken()

    assert {(link.problem.value, link.target) for link in broken[article.pk]} == {
        ("deleted", "trang 9999"),
        ("choice_deleted", f"nhóm khách hàng {gone}"),
        ("no_place", "#loi-khac"),
    }
    assert [link.problem.value for link in broken[far.pk]] == ["no_place"]


@pytest.mark.wagtail_indexes
def test_what_a_variant_names_counts_as_used_and_is_not_found_by_the_api(client, filters, article):
    part = make_part()
    hidden = [parts_block(part), text("<p>BIMATR9</p>")]
    article.body = [aimed(([filters.pk], hidden), default=[text("<p>Bảng chung.</p>")])]
    article.save_revision().publish()

    found = {words: client.get("/api/v3/pages/", {"search": words}).json()["items"] for words in ("BIMATR9", "chung")}
    assert [item["id"] for item in found["chung"]] == [article.pk] and found["BIMATR9"] == []

    assert pages_using(part) == [article.pk]
    assert pages_using(filters) == [article.pk]


def test_translation_takes_the_variants_with_twins_and_goes_stale_with_them(filters, article):
    other = make_article(article.get_parent().specific, title="Bài kia")
    twin = translate_page(page=other, language="en", user=None).page
    link = text(f'<p>Xem <a linktype="page" id="{other.pk}">bài kia</a>.</p>')
    article.body = [aimed(([filters.pk], [link]), default=[text("<p>Chung.</p>")])]
    article.save_revision().publish()

    copy = translate_page(page=ArticlePage.objects.get(pk=article.pk), language="en", user=None).page

    stored = copy.get_latest_revision_as_object().body.raw_data[0]["value"]
    assert f'id=\\"{twin.pk}\\"' in json.dumps(stored) and str(filters.pk) in json.dumps(stored["variants"])
    before = text_digest(article)
    article.body = [aimed(([filters.pk], [text("<p>Khác.</p>")]), default=[text("<p>Chung.</p>")])]
    assert text_digest(article) != before


def test_policies_are_compared_as_everybody_reads_them(filters, article):
    article.body = [aimed(([filters.pk], [text("<p>Cũ riêng.</p>")]), default=[text("<p>Chung.</p>")])]
    old = [one.text for one in paragraphs_of(article)]
    article.body = [aimed(([filters.pk], [text("<p>Mới riêng.</p>")]), default=[text("<p>Chung.</p>")])]

    assert old == [one.text for one in paragraphs_of(article)]
    assert old[-1] == "Chung."


def test_history_shows_what_changed_in_a_variant(admin_client, filters, article):
    first = article.save_revision()
    article.body = [aimed(([filters.pk], [text("<p>Xoay ngược chiều.</p>")]), default=[text("<p>Chung.</p>")])]
    second = article.save_revision()

    page = admin_client.get(f"/admin/pages/{article.pk}/revisions/compare/{first.pk}...{second.pk}/").text

    assert "Xoay ngược chiều." in page


# --- Out and in again ---------------------------------------------------------------------------------------------------


def exported(path):
    export_help_centre(path, ExportOptions())
    with zipfile.ZipFile(path) as archive:
        return next(archive.read(name).decode() for name in archive.namelist() if name.endswith("thay-loi.md"))


def test_variants_go_out_and_come_back_with_the_names_of_their_segments(client, article, washers, tmp_path):
    before = exported(tmp_path / "a.zip")
    assert ':::variant {segments=["Chủ máy lọc nước"]}' in before and "BIMATW85" in before
    assert import_articles(tmp_path / "a.zip", is_dry_run=True).unchanged == 1
    article.delete()

    assert import_articles(tmp_path / "a.zip").errors == []

    assert exported(tmp_path / "b.zip") == before
    assert "BIMATR9" in words_of(owning(client, "NM-R9")) and "BIMAT" not in words_of(owning(client))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"washers": None}, "there is no segment “Chủ máy giặt”"),
        ({"default": None}, "has nothing for everybody else"),
    ],
)
def test_import_refuses_what_would_show_a_variant_to_others_or_nothing(article, washers, tmp_path, wrong, reason):
    if "default" in wrong:
        article.body = [aimed(([washers.pk], [text("<p>BIMAT</p>")]))]
        article.save_revision().publish()
    exported(tmp_path / "a.zip")
    article.delete()
    if "washers" in wrong:
        washers.delete()
        selectors.forget_segments()

    with translation.override("en"):
        (error,) = import_articles(tmp_path / "a.zip").errors

    assert reason in str(error)
    assert not ArticlePage.objects.filter(title="Thay lõi").exists()


def test_wrapper_describes_no_kind_of_block_twice_to_the_editor_s_form(db):
    definitions = [len(json.dumps(JSContext().pack(block))) for block in (ArticleContentBlock(), ArticleBodyBlock())]

    assert definitions[1] < definitions[0] * 1.25
