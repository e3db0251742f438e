"""Articles from a Zendesk Help Centre export."""

import json
import zipfile

import pytest

from kb.importer import ImportRefused, import_articles
from kb.models import ArticlePage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

ARTICLE = {
    "id": 360001,
    "locale": "vi",
    "title": "Đổi trả",
    "body": "<h2>Điều kiện</h2><p>15 ngày.</p>",
    "section_id": 7,
    "draft": False,
    "label_names": ["trả hàng"],
}
SECTION = {"id": 7, "name": "Sau khi mua", "category_id": 3, "locale": "vi"}


@pytest.fixture
def import_export(site_tree, tmp_path):
    def run(data):
        path = tmp_path / "export.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        return import_articles(path)

    return run


def test_article_lands_in_its_section_with_its_labels(import_export):
    result = import_export({"articles": [ARTICLE], "sections": [SECTION]})

    page = ArticlePage.objects.get(external_id="zendesk-360001")
    assert result.created == 1
    assert page.get_parent().title == "Sau khi mua"
    assert page.keyword_list == ["trả hàng"]
    assert [block.block_type for block in page.body] == ["text"]


def test_translation_is_joined_to_its_article(import_export):
    translation = {
        "source_id": 360001,
        "source_type": "Article",
        "locale": "en-us",
        "title": "Returns",
        "body": "<p>15 days.</p>",
    }
    same = {**translation, "locale": "vi", "title": "Đổi trả"}

    result = import_export({"articles": [ARTICLE], "sections": [SECTION], "translations": [translation, same]})

    en = ArticlePage.objects.get(external_id="zendesk-360001-en")
    assert (result.created, result.rejected) == (2, 0)
    assert en.translation_key == ArticlePage.objects.get(external_id="zendesk-360001").translation_key


@pytest.mark.parametrize("closed", [{"draft": True}, {"user_segment_id": 5}])
def test_what_was_not_public_there_does_not_become_public_here(import_export, closed):
    import_export({"articles": [{**ARTICLE, **closed}], "sections": [SECTION]})

    assert not ArticlePage.objects.get().live


def test_lists_may_come_as_files_of_a_zip(site_tree, tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("articles-1.json", json.dumps({"articles": [ARTICLE]}))
        archive.writestr("sections.json", json.dumps({"sections": [SECTION]}))

    assert import_articles(tmp_path / "export.zip").created == 1
    assert ArticlePage.objects.get().get_parent().title == "Sau khi mua"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("text", "article"),
        ({**ARTICLE, "id": None}, "id"),
        ({**ARTICLE, "title": None}, "title"),
        ({**ARTICLE, "title": "…"}, "title"),
        ({**ARTICLE, "section_id": 8}, "section.name"),
        ({**ARTICLE, "locale": "fr"}, "locale"),
        ({**ARTICLE, "body": 5}, "body"),
        ({**ARTICLE, "body": "a\x00"}, "body"),
        ({**ARTICLE, "id": 360002}, "id"),
    ],
)
def test_bad_article_is_listed_and_the_others_land(import_export, row, field):
    sections = [SECTION, {**SECTION, "id": 8, "name": "***"}]
    result = import_export({"articles": [{**ARTICLE, "id": 360002}, row], "sections": sections})

    assert (result.created, result.rejected) == (1, 1)
    assert (result.errors[0].place, result.errors[0].field) == ("article 2", field)


@pytest.mark.parametrize("data", ["", "[]", "{", '{"count": 0}', '{"articles": 5}', '{"articles": []}', "[" * 100_000])
def test_file_that_is_no_export_is_refused(import_export, data):
    with pytest.raises(ImportRefused):
        import_export(data)


def test_pictures_come_from_inside_the_export_only(site_tree, tmp_path):
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    body = (
        "<p>a</p><p><img src='https://x.zendesk.com/hc/article_attachments/9/cua.png' alt='Cửa'></p>"
        "<p><img src='http://169.254.169.254/latest/meta-data'></p>"
    )
    article = {"id": 1, "locale": "vi", "title": "E1", "body": body}
    (tmp_path / "out" / "attachments").mkdir(parents=True)
    (tmp_path / "out" / "articles.json").write_text(json.dumps({"articles": [article]}))
    (tmp_path / "out" / "attachments" / "cua.png").write_bytes(get_test_image_file().file.getvalue())

    result = import_articles(tmp_path / "out")

    assert (result.created, result.errors) == (1, [])
    page = ArticlePage.objects.get()
    assert [block.block_type for block in page.body] == ["text", "image"]
    assert page.body[1].value["image"] == get_image_model().objects.get()
    assert len(result.notices) == 1
