"""Articles from a .jsonl file: the good rows land, the bad ones are listed."""

import json

import pytest
from django.core.cache import cache

from kb import page_changes
from kb.importer import ImportRefused, import_articles
from kb.models import ArticlePage, CategoryPage, FaqPage, ImportedArticle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

ROW = {
    "id": "vi-1",
    "lang": "vi",
    "section": "Chung",
    "kind": "article",
    "title": "Đổi đơn vị đo",
    "headings": [],
    "body": "Một dòng.",
}


@pytest.fixture
def import_lines(site_tree, tmp_path):
    """Import a file of these lines: dicts as JSON, bytes as they are."""

    def run(*lines, **options):
        path = tmp_path / "articles.jsonl"
        path.write_bytes(
            b"\n".join(
                line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines
            )
        )
        return import_articles(path, **options)

    return run


def counts(result):
    return (result.created, result.updated, result.unchanged, result.rejected)


def test_article_lands_published_in_a_category_made_for_it(import_lines, client):
    result = import_lines(ROW)

    page = ArticlePage.objects.get(external_id="vi-1")
    assert counts(result) == (1, 0, 0, 0)
    assert CategoryPage.objects.get(code="chung").title == "Chung"
    assert "Một dòng." in client.get(page.url).content.decode()


def test_imported_article_opens_in_the_editor(import_lines, admin_client):
    import_lines(ROW)
    page = ArticlePage.objects.get()

    assert admin_client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    assert page.get_latest_revision().as_object().title == "Đổi đơn vị đo"
    assert page.live_revision_id == page.latest_revision_id
    assert not page.has_unpublished_changes


def test_kind_decides_the_class_of_the_page(import_lines):
    import_lines({**ROW, "kind": "faq"})

    assert FaqPage.objects.get().article_type == "faq"


def test_lines_become_paragraphs_and_headings(import_lines):
    import_lines(
        {**ROW, "headings": ["Đổi đơn vị đo", "Công thức"], "body": "Đổi đơn vị đo\nMột & hai\n\nCông thức\n1 cm < 1 m"}
    )

    (block,) = ArticlePage.objects.get().body
    assert block.value.source == "<p>Một &amp; hai</p><h2>Công thức</h2><p>1 cm &lt; 1 m</p>"


def test_second_run_changes_nothing(import_lines):
    import_lines(ROW)
    revision = ArticlePage.objects.get().latest_revision_id

    result = import_lines(ROW)

    assert counts(result) == (0, 0, 1, 0)
    assert ArticlePage.objects.get().latest_revision_id == revision


def test_changed_row_updates_its_page_and_keeps_its_address(import_lines):
    import_lines(ROW)
    url = ArticlePage.objects.get().url

    result = import_lines({**ROW, "title": "Đổi đơn vị", "body": "Hai dòng."})

    page = ArticlePage.objects.get()
    assert counts(result) == (0, 1, 0, 0)
    assert (page.title, page.url) == ("Đổi đơn vị", url)
    assert page.revisions.count() == 2


def test_row_moved_to_another_section_moves_its_page(import_lines):
    import_lines(ROW)

    import_lines({**ROW, "section": "Riêng"})

    assert ArticlePage.objects.get().get_parent().specific.code == "rieng"


def test_what_an_editor_wrote_stays_until_the_row_changes(import_lines):
    import_lines(ROW)
    page = ArticlePage.objects.get()
    page.short_answer = "Biên tập viên viết."
    page.save_revision().publish()

    import_lines(ROW)

    assert ArticlePage.objects.get().short_answer == "Biên tập viên viết."


def test_withdrawn_article_stays_withdrawn(import_lines):
    import_lines(ROW)
    ArticlePage.objects.get().unpublish()

    import_lines({**ROW, "body": "Mới."})

    assert not ArticlePage.objects.get().live


def test_import_that_was_cut_off_goes_on_where_it_stopped(import_lines, monkeypatch):
    rows = [{**ROW, "id": f"vi-{number}", "title": f"Bài {number}"} for number in range(60)]

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_lines(*rows, on_progress=stop)
    landed = ArticlePage.objects.count()
    result = import_lines(*rows)

    assert 0 < landed < 60
    assert counts(result) == (60 - landed, 0, landed, 0)


def test_chunk_that_fails_leaves_nothing_half_written(import_lines, monkeypatch):
    def fail(page_ids):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("kb.importer.writer.request_indexing", fail)

    with pytest.raises(RuntimeError):
        import_lines(ROW, {**ROW, "id": "vi-2"})

    assert not ArticlePage.objects.exists()
    assert not CategoryPage.objects.exists()
    assert not ImportedArticle.objects.exists()


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b'{"id": "x", "title"', "line"),
        (b"[" * 100_000, "line"),
        (b'{"id": ' + b"9" * 5000 + b"}", "line"),
        (b"[1, 2]", "line"),
        (b"null", "line"),
        (repr(ROW).encode(), "line"),
        (json.dumps(ROW, ensure_ascii=False).encode("utf-16"), "line"),
        ('{"id": "x", "title": "Đổi"}'.encode("windows-1258", "replace") + b"\xff", "line"),
        ({**ROW, "title": ""}, "title"),
        ({**ROW, "title": "  \u00a0 "}, "title"),
        ({**ROW, "title": None}, "title"),
        ({**ROW, "title": 5}, "title"),
        ({**ROW, "title": "…"}, "title"),
        ({**ROW, "title": "a" * 256}, "title"),
        ({**ROW, "title": "a\x00b"}, "title"),
        (b'{"id":"x","lang":"vi","section":"a","title":"a\\ud800b","body":""}', "title"),
        ({**ROW, "body": "a" * 10_000_000}, "body"),
        ({**ROW, "body": ["a"]}, "body"),
        ({key: value for key, value in ROW.items() if key != "body"}, "body"),
        ({key: value for key, value in ROW.items() if key != "id"}, "id"),
        ({**ROW, "id": True}, "id"),
        ({**ROW, "id": "a" * 121}, "id"),
        ({**ROW, "lang": "fr"}, "lang"),
        ({**ROW, "lang": ""}, "lang"),
        ({**ROW, "kind": "poem"}, "kind"),
        ({**ROW, "section": ""}, "section"),
        ({**ROW, "section": "???"}, "section"),
        ({**ROW, "headings": "Một"}, "headings"),
    ],
)
def test_bad_row_is_listed_and_the_good_ones_land(import_lines, line, field):
    good = [{**ROW, "id": "vi-first"}, {**ROW, "id": "vi-last"}]

    result = import_lines(good[0], line, good[1])

    assert counts(result) == (2, 0, 0, 1)
    assert (result.errors[0].line, result.errors[0].field) == (2, field)
    assert result.errors[0].reason
    assert ArticlePage.objects.count() == 2


def test_line_that_is_too_long_to_hold_is_skipped(import_lines, monkeypatch):
    monkeypatch.setattr("kb.importer.json_lines.MAX_LINE_BYTES", 1000)

    result = import_lines({**ROW, "body": "a" * 300_000}, {**ROW, "id": "vi-2"})

    assert counts(result) == (1, 0, 0, 1)
    assert result.errors[0].line == 1


def test_repeated_id_is_refused_and_names_the_first_line(import_lines):
    result = import_lines(ROW, {**ROW, "id": "vi-2"}, {**ROW, "title": "Khác"})

    assert counts(result) == (2, 0, 0, 1)
    assert result.errors[0].reason == "is already used in line 1"
    assert ArticlePage.objects.get(external_id="vi-1").title == "Đổi đơn vị đo"


def test_empty_lines_and_a_byte_order_mark_are_no_errors(import_lines):
    result = import_lines(b"\xef\xbb\xbf" + json.dumps(ROW).encode(), b"", b"   \r")

    assert counts(result) == (1, 0, 0, 0)


def test_decomposed_text_is_composed(import_lines):
    import unicodedata

    import_lines({**ROW, "title": unicodedata.normalize("NFD", "Đổi trả")})

    assert ArticlePage.objects.get().title == unicodedata.normalize("NFC", "Đổi trả")


def test_other_control_characters_are_left_out(import_lines):
    import_lines({**ROW, "title": "Đổi\x07 trả\x1b"})

    assert ArticlePage.objects.get().title == "Đổi trả"


def test_markup_in_plain_text_stays_text(import_lines, client):
    import_lines({**ROW, "title": "<b>Đậm</b>", "body": "<script>alert(1)</script>"})

    page = client.get(ArticlePage.objects.get().url).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_article_of_another_kind_on_the_site_is_not_replaced(import_lines):
    import_lines(ROW)

    result = import_lines({**ROW, "kind": "faq"})

    assert result.errors[0].field == "kind"
    assert ArticlePage.objects.get().article_type == "article"


def test_two_articles_of_one_title_get_addresses_of_their_own(import_lines):
    import_lines(ROW, {**ROW, "id": "vi-2"})

    assert sorted(ArticlePage.objects.values_list("slug", flat=True)) == ["doi-don-vi-do", "doi-don-vi-do-2"]


def test_categories_of_one_code_are_translations(import_lines):
    import_lines(ROW, {**ROW, "id": "en-1", "lang": "en"})

    assert CategoryPage.objects.values("translation_key").distinct().count() == 1


def test_dry_run_tells_and_writes_nothing(import_lines):
    result = import_lines(ROW, {**ROW, "id": "vi-2", "title": ""}, is_dry_run=True)

    assert counts(result) == (1, 0, 0, 1)
    assert not ArticlePage.objects.exists()


def test_each_article_is_sent_to_the_index_once_for_a_chunk(import_lines, monkeypatch):
    asked = []
    monkeypatch.setattr("kb.importer.writer.request_indexing", lambda page_ids: asked.append(list(page_ids)))

    import_lines(ROW, {**ROW, "id": "vi-2"})

    assert [sorted(one) for one in asked] == [sorted(ArticlePage.objects.values_list("pk", flat=True))]


def test_kept_pages_are_made_anew_with_what_was_imported(import_lines, django_capture_on_commit_callbacks):
    page_changes.begin_generation()

    with django_capture_on_commit_callbacks(execute=True):
        import_lines(ROW)

    assert cache.get(page_changes.GENERATION_KEY) is None


def test_unknown_kind_of_file_is_refused(site_tree, tmp_path):
    (tmp_path / "articles.docx").write_bytes(b"x")

    with pytest.raises(ImportRefused, match=r"Known are \.jsonl"):
        import_articles(tmp_path / "articles.docx")
    with pytest.raises(ImportRefused, match="There is no file"):
        import_articles(tmp_path / "missing.jsonl")
