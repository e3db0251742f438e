"""Articles from a folder or zip of Markdown files."""

import zipfile
from datetime import date

import pytest
import time_machine

from kb.importer import ImportRefused, WriteOptions, import_articles
from kb.models import ArticlePage, MaintenancePage, PolicyPage, TranslationRecord
from tests.factories.kb import make_product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

FRONT = {"id": "nm-1", "lang": "vi", "kind": "article", "category": "may-giat", "title": '"Mã lỗi: E1"'}


def markdown(body="Một dòng.", **front):
    lines = [f"{key}: {value}" for key, value in {**FRONT, **front}.items() if value is not None]
    return "---\n" + "\n".join(lines) + "\n---\n" + body


@pytest.fixture
def import_files(site_tree, tmp_path):
    """Import a folder of these files, by name."""

    def run(files, **options):
        for name, content in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_articles(tmp_path / "in", **options)

    return run


@time_machine.travel("2026-05-10 12:00+07:00", tick=False)
def test_front_matter_fills_the_page(import_files):
    make_product("NM-W85")

    import_files(
        {
            "a.md": markdown(
                kind="maintenance", short_answer="Khóa van.", products="[NM-W85]", keywords="[kêu bíp, nháy đèn]", phase="after",
                checked_days_ago=9, interval_months=3, minutes=15, tools="[Khăn, Chậu]",
            )
        }
    )  # fmt: skip

    page = MaintenancePage.objects.get()
    assert (page.title, page.short_answer, page.phase) == ("Mã lỗi: E1", "Khóa van.", "after")
    assert [product.code for product in page.products.all()] == ["NM-W85"]
    assert page.keyword_list == ["kêu bíp", "nháy đèn"]
    assert page.last_checked_on == date(2026, 5, 1)
    assert (page.interval_months, page.minutes, page.tool_list) == (3, 15, ["Khăn", "Chậu"])


def test_translation_that_comes_with_its_changed_original_is_up_to_date(import_files):
    english = {"id": "nm-1-en", "lang": "en", "title": '"Error E1"', "translation_of": "nm-1"}
    import_files({"a.md": markdown(), "b.md": markdown(**english)})

    import_files({"a.md": markdown("Hai dòng."), "b.md": markdown("Two lines.", **english)})

    assert TranslationRecord.objects.get(page__title="Error E1").outdated_since is None


def test_translation_that_stays_behind_its_changed_original_is_outdated(import_files):
    english = {"id": "nm-1-en", "lang": "en", "title": '"Error E1"', "translation_of": "nm-1"}
    import_files({"a.md": markdown(), "b.md": markdown(**english)})

    import_files({"a.md": markdown("Hai dòng."), "b.md": markdown(**english)})

    assert TranslationRecord.objects.get(page__title="Error E1").outdated_since is not None


def test_next_day_does_not_count_as_a_change(import_files):
    with time_machine.travel("2026-05-10", tick=False):
        import_files({"a.md": markdown(checked_days_ago=9)})

    with time_machine.travel("2026-05-11", tick=False):
        result = import_files({})

    assert (result.updated, result.unchanged) == (0, 1)


def test_translation_is_joined_to_its_original_in_any_order(import_files):
    result = import_files({"a-en.md": markdown(id="nm-1-en", lang="en", translation_of="nm-1"), "b-vi.md": markdown()})

    assert result.errors == []
    vi, en = ArticlePage.objects.get(external_id="nm-1"), ArticlePage.objects.get(external_id="nm-1-en")
    assert vi.translation_key == en.translation_key
    assert vi.get_parent().translation_key == en.get_parent().translation_key


def test_drafts_that_name_each_other_leave_the_published_text_alone(import_files):
    import_files({"a.md": markdown("Một dòng.")})

    import_files(
        {
            "a.md": markdown("Bản nháp.", related="[nm-2]"),
            "b.md": markdown(id="nm-2", title="Bài sau", related="[nm-1]"),
        },
        options=WriteOptions(as_drafts=True),
    )

    page = ArticlePage.objects.get(external_id="nm-1")
    draft = page.get_latest_revision_as_object()
    assert "Một dòng." in str(page.body) and "Bản nháp." in str(draft.body)
    assert [row.article.external_id for row in draft.related_articles.all()] == ["nm-2"]


def test_planned_policy_that_names_a_later_article_keeps_the_text_in_force(import_files):
    policy = {"kind": "policy", "policy_kind": "return", "in_force_from": "2026-01-01"}
    import_files({"a.md": markdown("Bảy ngày.", **policy)})

    later = {**policy, "in_force_from": "2100-01-01", "change_summary": "Lâu hơn.", "related": "[nm-2]"}
    import_files({"a.md": markdown("Mười ngày.", **later), "b.md": markdown(id="nm-2", title="Bài sau")})

    assert "Bảy ngày." in str(PolicyPage.objects.get().body)


def test_image_is_taken_by_its_name(import_files):
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    image = get_image_model().objects.create(title="W85", file=get_test_image_file())

    result = import_files({"a.md": markdown(image="w85", image_alt="Máy giặt")}, images={"w85": image.pk})

    assert result.errors == []
    assert ArticlePage.objects.get().image == image


def test_draft_lands_unpublished(import_files):
    import_files({"a.md": markdown(draft="true")})

    page = ArticlePage.objects.get()
    assert not page.live
    assert page.has_unpublished_changes


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"no front matter", "front matter"),
        (b"---\nid: x\n", "front matter"),
        (b"---\nid: [\n---\n", "front matter"),
        (b"---\n- a\n---\n", "front matter"),
        (b"---\na: &a [x]\nid: *a\n---\n", "front matter"),
        (b"---\nid: !!python/object/apply:os.system ['true']\n---\n", "front matter"),
        (markdown(colour="red"), "colour"),
        (markdown(id=None), "id"),
        (markdown(title=None), "title"),
        (markdown(title="…"), "title"),
        (markdown(category="'!!!'"), "category"),
        (markdown(category=None), "category"),
        (markdown(lang="fr"), "lang"),
        (markdown(kind="poem"), "kind"),
        (markdown(phase="never"), "phase"),
        (markdown(products="[NM-NO]"), "products"),
        (markdown(products="NM-W85"), "products"),
        (markdown(image="no-such"), "image"),
        (markdown(short_answer="a" * 301), "short_answer"),
        (markdown(checked_days_ago="-1"), "checked_days_ago"),
        (markdown(checked_days_ago="1e9"), "checked_days_ago"),
        (markdown(last_checked_on="soon"), "last_checked_on"),
        (markdown(interval_months="0"), "interval_months"),
        (markdown(draft="perhaps"), "draft"),
        (markdown(translation_of="nm-none"), "translation_of"),
        (markdown("a\x00b"), "body"),
        (markdown().encode("utf-16"), "file"),
        (markdown("x" * 6_000_000), "file"),
    ],
)
def test_bad_file_is_listed_and_the_others_land(import_files, content, field):
    result = import_files({"bad.md": content, "good.md": markdown(id="nm-good")})

    assert (result.created, result.rejected) == (1, 1)
    assert (result.errors[0].place, result.errors[0].field) == ("bad.md", field)


def test_two_files_of_one_id_are_told_apart(import_files):
    result = import_files({"a.md": markdown(), "b.md": markdown()})

    assert (result.created, result.rejected) == (1, 1)
    assert result.errors[0].reason == "is already used in a.md"


def test_second_translation_into_one_language_is_refused(import_files):
    result = import_files(
        {
            "a.md": markdown(),
            "b.md": markdown(id="nm-1-en", lang="en", translation_of="nm-1"),
            "c.md": markdown(id="nm-2-en", lang="en", translation_of="nm-1"),
        }
    )

    assert (result.created, result.errors[0].field) == (2, "translation_of")


def test_link_out_of_the_folder_is_not_followed(import_files, tmp_path):
    (tmp_path / "secret.md").write_text(markdown(id="secret"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.md").symlink_to(tmp_path / "secret.md")

    import_files({"a.md": markdown()})

    assert not ArticlePage.objects.filter(external_id="secret").exists()


def zip_of(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_zip_is_read_like_a_folder(site_tree, tmp_path):
    result = import_articles(zip_of(tmp_path / "a.zip", {"vi/a.md": markdown(), "__MACOSX/vi/._a.md": b"\x00"}))

    assert (result.created, result.rejected) == (1, 0)


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "vi/../../a.md", "..\\a.md", "C:\\a.md"])
def test_zip_that_leads_out_of_itself_is_refused(site_tree, tmp_path, name):
    with pytest.raises(ImportRefused, match="outside itself"):
        import_articles(zip_of(tmp_path / "a.zip", {name: markdown()}))


def test_zip_bomb_is_refused_before_it_unfolds(site_tree, tmp_path):
    with pytest.raises(ImportRefused, match="bomb"):
        import_articles(zip_of(tmp_path / "a.zip", {"a.md": b"0" * 50_000_000}))


def test_zip_of_too_many_files_is_refused(site_tree, tmp_path, monkeypatch):
    monkeypatch.setattr("portal.lib.archives.MAX_FILES", 2)

    with pytest.raises(ImportRefused, match="holds 3 files"):
        import_articles(zip_of(tmp_path / "a.zip", {f"{number}.md": markdown() for number in range(3)}))


def test_broken_zip_and_empty_folder_are_refused(site_tree, tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 not really")

    with pytest.raises(ImportRefused, match="no zip file that can be read"):
        import_articles(tmp_path / "broken.zip")
    with pytest.raises(ImportRefused, match=r"no \.md file"):
        import_articles(zip_of(tmp_path / "empty.zip", {"a.txt": "x"}))
