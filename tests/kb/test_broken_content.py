"""What is broken, missing or unused in the texts, as the reports show it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, ReferenceIndex

from kb.care.links import LinkCheck
from kb.care.uses import uses_of
from kb.models import ArticlePage, ArticleViews, ExternalAddress, ReusableText
from tests.factories.admin import staff_user
from tests.factories.kb import make_article, make_category, make_product, restrict, text

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=200)


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def editor(client, category):
    """A client signed in as somebody who may edit the help pages."""
    client.force_login(staff_user("bientap@example.com", "change"))
    return client


def found(client, slug, **query):
    page = client.get(f"/admin/reports/help/{slug}/", query)
    return {row.title: row.found for row in page.context["object_list"]}


def link_to(page, words="xem"):
    return text(f'<p><a linktype="page" id="{page.pk}">{words}</a></p>')


def address(href):
    return text(f'<p><a href="{href}">xem</a></p>')


def make_image(title="Máy giặt", **fields):
    return get_image_model().objects.create(title=title, file=get_test_image_file(), **fields)


def problems(*articles):
    check = LinkCheck(ArticlePage.objects.filter(pk__in=[one.pk for one in articles]))
    return {link.problem.value for links in check.broken().values() for link in links}


def test_links_to_deleted_and_unpublished_pages_are_found(editor, category):
    gone, draft, fine = (make_article(category, title=name) for name in ("Đã xóa", "Nháp", "Còn tốt"))
    make_article(category, title="Nguồn", body=[link_to(gone), link_to(draft), link_to(fine)])
    draft.unpublish()
    gone.delete()

    lines = found(editor, "broken-links")

    assert list(lines) == ["Nguồn"]
    assert {line.partition(":")[0] for line in lines["Nguồn"]} == {"Trang đã bị xóa", "Trang chưa xuất bản"}
    assert any("Nháp" in line for line in lines["Nguồn"])


def test_link_from_an_open_article_to_a_closed_one_is_found_and_among_closed_ones_not(category):
    closed = make_category(parent=category, title="Kín", code="kin")
    restrict(closed)
    target = make_article(closed)
    inside, outside = make_article(closed, body=[link_to(target)]), make_article(category, body=[link_to(target)])

    assert problems(inside) == set()
    assert problems(outside) == {"restricted"}


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/vi/help/bao-hanh/dich/", set()),
        ("/vi/help/bao-hanh/dich/#ma-loi", set()),
        ("/vi/help/bao-hanh/dich/#khong-co", {"no_place"}),
        ("#khong-co", {"no_place"}),
        ("#related", set()),
        ("/vi/help/khong-co/", {"no_address"}),
        ("/vi/products/nm-w85/", set()),
        ("/vi/products/nm-0/", {"no_address"}),
        ("/vi/search/?q=x", set()),
        ("/documents/999999/x.pdf", {"no_address"}),
        ("/cu/", set()),
        ("https://example.com/x", set()),
        ("mailto:a@example.com", set()),
        ("tel:19001234", set()),
        ("http://[", set()),
        ("/%00", {"no_address"}),
    ],
)
def test_address_that_was_typed_out_is_followed(category, href, expected):
    make_product("NM-W85")
    Redirect.objects.create(old_path="/cu", redirect_link="/vi/")
    make_article(category, title="Đích", slug="dich", body=[text("<h2>Mã lỗi</h2><p>b</p>")])

    assert problems(make_article(category, body=[address(href)])) == expected


def test_link_within_a_reusable_text_counts_for_the_article_that_shows_it(editor, category):
    gone = make_article(category)
    shared = ReusableText.objects.create(
        name="Liên hệ", text=link_to(gone)["value"], locale=Locale.objects.get(language_code="vi")
    )
    make_article(category, title="Nguồn", body=[{"type": "reusable_text", "value": shared.pk}])
    gone.delete()

    (line,) = found(editor, "broken-links")["Nguồn"]

    assert "trong đoạn dùng chung “Liên hệ”" in line


def test_deleted_choice_and_lost_file_are_found(category):
    deleted, lost = make_image(), make_image("Mất tệp", description="x")
    document = get_document_model().objects.create(title="Hướng dẫn", file=ContentFile(b"x", "hd.pdf"))
    article = make_article(
        category,
        body=[
            {"type": "image", "value": {"image": deleted.pk, "alt": "a", "caption": ""}},
            {"type": "image", "value": {"image": lost.pk, "alt": "a", "caption": ""}},
            text(f'<p><a linktype="document" id="{document.pk}">xem</a></p>'),
        ],
    )
    lost.file.storage.delete(lost.file.name)
    deleted.delete()

    assert problems(article) == {"choice_deleted", "file_lost"}


def test_picture_without_any_words_is_found_and_described_ones_are_not(editor, category):
    wordless, described = make_image("Không lời"), make_image("Có lời", description="Máy nhìn từ trước")

    def picture(image, alt=""):
        return {"type": "image", "value": {"image": image.pk, "alt": alt, "caption": ""}}

    make_article(category, title="Thiếu", body=[picture(wordless), picture(described), picture(wordless, "Có")])
    make_article(category, title="Đủ", body=[picture(described)], image=wordless, image_alt="Có")

    assert found(editor, "missing-descriptions") == {"Thiếu": ["Không lời"]}


def test_dead_page_of_another_site_is_reported(editor, category):
    make_article(category, title="Nguồn", body=[address("https://example.com/x")])
    day = timezone.localdate()
    ExternalAddress.objects.create(
        address="https://example.com/x", failed_on=day - timedelta(days=1), failed_again_on=day
    )

    assert found(editor, "broken-links") == {"Nguồn": ["Trang web khác không mở được: https://example.com/x"]}


def test_broken_links_are_exported(editor, category):
    make_article(category, title="=Nguồn", body=[address("/vi/khong-co/")])

    content = b"".join(editor.get("/admin/reports/help/broken-links/", {"export": "csv"}).streaming_content).decode()

    assert "'=Nguồn" in content
    assert "/vi/khong-co/" in content


def test_articles_nobody_reads_are_found_with_what_leads_there(editor, category):
    unread, read = make_article(category, title="Không ai đọc"), make_article(category, title="Có người đọc")
    make_article(category, title="Mới", body=[link_to(unread)])
    ArticlePage.objects.filter(pk__in=[unread.pk, read.pk]).update(first_published_at=LONG_AGO)
    ArticleViews.objects.create(page=read, day=timezone.localdate(), count=1)

    rows = list(editor.get("/admin/reports/help/unread-articles/").context["object_list"])

    assert [(row.title, row.incoming) for row in rows] == [("Không ai đọc", 1)]
    assert not editor.get("/admin/reports/help/unread-articles/", {"linked": "no"}).context["object_list"]


def test_unused_files_leave_out_what_articles_and_drafts_show(editor, category):
    _unused, shown, drafted = (make_image(name, description="x") for name in ("Thừa", "Đang dùng", "Trong nháp"))
    article = make_article(category, image=shown)
    ReferenceIndex.create_or_update_for_object(article)
    article.body = [("image", {"image": drafted, "alt": "", "caption": ""})]
    article.save_revision()
    things = editor.get("/admin/reports/help/unused-files/").context["object_list"]

    assert [thing.name for thing in things] == ["Thừa"]


def test_many_articles_cost_few_queries(category, django_assert_max_num_queries):
    target = make_article(category)
    for _number in range(10):
        make_article(category, body=[link_to(target), address("/vi/help/bao-hanh/"), address("https://example.com")])

    with django_assert_max_num_queries(25):
        LinkCheck(ArticlePage.objects.all()).broken()


def test_unknown_blocks_and_odd_values_of_an_old_text_do_no_harm(category):
    article = make_article(category)
    odd = [{"type": "gone", "value": {"a": 1}}, text('<p><a id="x" linktype="page">a</a><a>b</a></p>')]
    article.body.raw_data = odd

    (pair,) = uses_of([article])

    assert pair[1].linked == set()


def test_texts_to_improve_are_named_with_the_place(editor, category):
    make_article(category, title="Kém", short_answer="Ngắn gọn.", body=[text('<p><a href="/vi/">tại đây</a></p>')])
    make_article(category, title="Tốt", short_answer="Ngắn gọn.", body=[text("<p>Rút phích cắm.</p>")])

    lines = found(editor, "content-problems")

    assert list(lines) == ["Kém"]
    assert "tại đây" in lines["Kém"][0]
