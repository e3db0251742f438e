"""The help centre goes out as Markdown and comes back the same."""

import zipfile
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from kb.exporter import ExportOptions, export_help_centre
from kb.importer import import_articles
from kb.models import (
    ArticlePage,
    CategoryPage,
    FaqPage,
    MaintenancePage,
    PolicyVersion,
    Product,
    RelatedArticle,
    ReusableText,
    SparePart,
)  # fmt: skip
from portal.demo import pages as demo_pages
from portal.models import User
from tests.factories.kb import make_article, make_category, make_product, restrict, steps, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def exported(tmp_path, name, **options):
    """Export to a zip and return its files by name."""
    export_help_centre(tmp_path / name, ExportOptions(**options))
    with zipfile.ZipFile(tmp_path / name) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def empty_the_site():
    """Take away everything that an export holds; the home pages and help indexes stay."""
    # Texts that were in force protect their page.
    PolicyVersion.objects.all().delete()
    for page in Page.objects.filter(depth=4):
        page.specific.delete()
    for model in (Product, SparePart, ReusableText, get_image_model(), get_document_model()):
        model.objects.all().delete()


@pytest.fixture
def filled(site_tree):
    """A small help centre with one of everything."""
    from django.core.files.base import ContentFile
    from wagtail.images.tests.utils import get_test_image_file

    image = get_image_model().objects.create(title="Cửa máy", description="Cửa kính", file=get_test_image_file())
    manual = get_document_model().objects.create(title="Hướng dẫn", file=ContentFile(b"%PDF-1.7", name="hd.pdf"))
    product = make_product(
        specifications=[("Khối lượng", "8,5 kg")], tasks=[("Vệ sinh", 1)], image=image, manual=manual
    )
    part = SparePart(number="LK-1", name="Lưới lọc", price=75_000, locale=product.locale)
    part.products = [product]
    part.save()
    outer = make_category(title="Dùng máy", code="su-dung", summary="Mọi thứ", icon="wrench", phase="after")
    inner = make_category(parent=outer, title="Máy giặt", code="may-giat")
    other = make_category(title="Bảo hành", code="bao-hanh")
    second = make_article(inner, model=FaqPage, title="Zebra trước", body=[text("<p>b</p>")], external_id="nm-z")
    first = make_article(
        inner, title="Mã lỗi: E1", slug="ma-loi-dac-biet", question="Máy báo E1?", short_answer='Khóa van "xanh".',
        body=[
            text(f'<h2>Trước tiên</h2><p>Xem <a linktype="page" id="{second.pk}">bài kia</a>, <a linktype="page" id="{other.pk}">chuyên mục</a>'
                 f' và <a linktype="document" id="{manual.pk}">tài liệu</a>.</p>'),
            steps("Tắt máy."), {"type": "image", "value": {"image": image.pk, "alt": "Cửa", "caption": ""}},
        ],
        products=[product], keywords="kêu bíp, nháy đèn", image=image, image_alt="Máy", phase="after", audience="technician",
        last_checked_on=date(2026, 3, 1), checked_for="W85", check_again_on=date(2026, 9, 1),
        seo_title="E1", search_description="Lỗi nước vào",
    )  # fmt: skip
    first.also_in = [other]
    first.related_articles = [RelatedArticle(article=second, sort_order=0)]
    first.replaced_by = second
    first.save()
    ArticlePage.objects.filter(pk=first.pk).update(first_published_at=datetime(2025, 5, 1, 8, tzinfo=UTC))
    make_article(
        other, model=MaintenancePage, title="Vệ sinh", interval_months=1, minutes=20, tools="Khăn\nChậu",
        body=[text("<p>Xem bài kia.</p>")],
    )  # fmt: skip
    english = make_category(language="en", title="Washing machines", code="may-giat", slug="washing")
    make_article(english, title="Error E1", translation_key=first.translation_key, body=[text("<p>x</p>")])
    return first


def test_export_comes_back_byte_by_byte(filled, tmp_path):
    before = exported(tmp_path, "a.zip")
    empty_the_site()
    assert not ArticlePage.objects.exists()

    result = import_articles(tmp_path / "a.zip")

    assert (result.errors, result.notices) == ([], [])
    after = exported(tmp_path, "b.zip")
    assert after == before
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_article_comes_back_with_all_its_fields(filled, tmp_path):
    exported(tmp_path, "a.zip")
    empty_the_site()

    import_articles(tmp_path / "a.zip")

    page = ArticlePage.objects.get(title="Mã lỗi: E1")
    assert (page.slug, page.question, page.audience, page.seo_title) == (
        "ma-loi-dac-biet",
        "Máy báo E1?",
        "technician",
        "E1",
    )
    assert page.first_published_at == datetime(2025, 5, 1, 8, tzinfo=UTC)
    assert (page.last_checked_on, page.check_again_on, page.checked_for) == (date(2026, 3, 1), date(2026, 9, 1), "W85")
    other = FaqPage.objects.get()
    assert [link.article_id for link in page.related_articles.all()] == [other.pk]
    assert page.replaced_by_id == other.pk
    assert [category.code for category in page.also_in.all()] == ["bao-hanh"]
    assert f'<a linktype="page" id="{other.pk}">' in page.body[0].value.source
    assert page.body[2].value["image"].description == "Cửa kính"
    assert ArticlePage.objects.get(title="Error E1").translation_key == page.translation_key
    assert [one.title for one in CategoryPage.objects.get(code="may-giat", locale__language_code="vi").get_children()] == ["Zebra trước", "Mã lỗi: E1"]  # fmt: skip


def test_import_of_the_own_export_changes_nothing(filled, tmp_path):
    exported(tmp_path, "a.zip")
    revisions = ArticlePage.objects.get(pk=filled.pk).revisions.count()

    result = import_articles(tmp_path / "a.zip")

    assert (result.created, result.updated, result.unchanged, result.errors) == (0, 0, 4, [])
    assert ArticlePage.objects.get(pk=filled.pk).revisions.count() == revisions


def test_preview_names_what_would_change_and_writes_nothing(filled, tmp_path):
    export_help_centre(tmp_path / "out")
    path = tmp_path / "out" / "articles" / "vi" / "may-giat" / "ma-loi-dac-biet.md"
    path.write_text(
        path.read_text().replace("Tắt máy.", "Tắt hẳn máy.").replace("title: 'Mã lỗi: E1'", "title: Mã lỗi E1")
    )
    seen = []

    result = import_articles(tmp_path / "out", is_dry_run=True, on_article=seen.append)

    assert (result.updated, result.unchanged) == (1, 3)
    assert [written.changed for written in seen if written.outcome == "updated"] == [("title", "body")]
    assert ArticlePage.objects.get(pk=filled.pk).title == "Mã lỗi: E1"


def test_drafts_closed_and_expired_articles_stay_inside_unless_asked(filled, tmp_path):
    category = CategoryPage.objects.get(code="bao-hanh")
    make_article(category, title="Nháp", is_live=False)
    closed = make_article(category, title="Kín")
    restrict(closed)

    names = exported(tmp_path, "a.zip").keys()
    asked = exported(tmp_path, "b.zip", with_drafts=True)

    assert not [name for name in names if "nhap" in name or "kin" in name]
    assert b"draft: true" in asked["articles/vi/bao-hanh/nhap.md"]
    assert b"draft: true" in asked["articles/vi/bao-hanh/kin.md"]


def test_closed_article_does_not_become_public_by_going_out_and_in(filled, tmp_path):
    closed = make_article(CategoryPage.objects.get(code="bao-hanh"), title="Kín")
    restrict(closed)
    exported(tmp_path, "a.zip", with_drafts=True)
    empty_the_site()

    import_articles(tmp_path / "a.zip")

    assert not ArticlePage.objects.get(title="Kín").live


def test_nobody_s_address_goes_out_unless_asked(filled, tmp_path):
    person = User.objects.create_user("chi@example.test", "x", is_staff=True)
    ArticlePage.objects.filter(pk=filled.pk).update(owner=person, last_checked_by=person)

    silent = exported(tmp_path, "a.zip")
    asked = exported(tmp_path, "b.zip", with_people=True)

    assert b"chi@example.test" not in b"".join(silent.values())
    assert b"owner: chi@example.test" in asked["articles/vi/may-giat/ma-loi-dac-biet.md"]


def test_names_in_the_archive_lead_nowhere_else(filled, tmp_path):
    names = exported(tmp_path, "a.zip").keys()

    assert all(name.isascii() and ".." not in name and not name.startswith("/") for name in names)


def test_picture_whose_file_is_gone_does_not_stop_the_export(filled, tmp_path):
    image = get_image_model().objects.get()
    image.file.storage.delete(image.file.name)

    files = exported(tmp_path, "a.zip")

    assert not [name for name in files if name.startswith("images/")]


def test_folder_with_something_in_it_is_not_written_over(filled, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")

    with pytest.raises(FileExistsError):
        export_help_centre(tmp_path / "out")


def test_command_exports_and_imports(filled, tmp_path, capsys):
    call_command("export_articles", tmp_path / "a.zip")
    call_command("import_articles", tmp_path / "a.zip", "--preview")

    output = capsys.readouterr().out
    assert "4 articles and 2 files exported" in output
    assert "0 created, 0 updated, 4 unchanged, 0 rejected" in output


def test_category_that_readers_cannot_open_stays_at_home(filled, tmp_path):
    make_category(title="Việc bí mật", code="bi-mat").unpublish()

    assert "bí mật" not in exported(tmp_path, "a.zip")["categories.yaml"].decode()


@pytest.mark.soak
def test_demo_comes_back_byte_by_byte(db, tmp_path):
    demo_pages.load(refresh=False)
    before = exported(tmp_path, "a.zip")
    empty_the_site()

    result = import_articles(tmp_path / "a.zip")

    assert result.errors == []
    after = exported(tmp_path, "b.zip")
    assert after.keys() == before.keys()
    assert [name for name in after if after[name] != before[name]] == []
