"""What an editor is asked for when placing blocks: at publish, not while drafting; and what reusable texts are."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from wagtail.test.utils.form_data import nested_form_data, rich_text

from kb.models import ArticlePage, ReusableText
from kb.usage import pages_using
from tests.factories import blocks as make
from tests.factories.kb import make_article, make_category, make_part, make_product, text

pytestmark = [pytest.mark.django_db, pytest.mark.wagtail_indexes]

TEXTS = "/admin/snippets/kb/reusabletext"


def body_of(*blocks):
    return ArticlePage(body=json.dumps(blocks)).body


def sentences(error):
    """All sentences of an error of nested blocks."""
    found = list(error.messages) if not getattr(error, "as_json_data", None) else []
    data = error.as_json_data() if getattr(error, "as_json_data", None) else {}
    return " ".join([*found, json.dumps(data, ensure_ascii=False, default=str)])


def unfinished():
    bare = make.make_image(description="")
    part = make_part()
    gone = part.pk
    part.delete()
    product = make_product(specifications=[("Độ ồn", "52 dB")])
    return {
        "image without words": (make.image_block(bare), "Describe the image"),
        "image not chosen": (make.image_block(None), "Nothing is chosen"),
        "step's image without words": (make.steps_block(make.step("Vặn", image=bare)), "Describe the image"),
        "no step": (make.steps_block(), "The minimum number of items is 1"),
        "table without caption": (make.table_block([["a", "b"], ["c", "d"]], caption=" "), "Say in the caption"),
        "video without anything": (make.video_block(), "Choose a file or give a link"),
        "video without transcript": (make.video_block(link=make.YOUTUBE, transcript=""), "required"),
        "part deleted": (
            {"type": "spare_parts", "value": {"title": "", "parts": [{"part": gone, "quantity": 1, "remark": ""}]}},
            "Nothing is chosen, or what was chosen has been deleted",
        ),
        "document not chosen": (make.download_block(None), "Nothing is chosen"),
        "fact the product lacks": (make.facts_block(product, "Lực hút"), "has no “Lực hút”"),
        "questions without title": (make.faq_block(("Một?", "Có."), title=""), "required"),
        "question without answer": (
            {"type": "faq", "value": {"title": "Hỏi", "questions": [{"question": "Một?", "answer": ""}]}},
            "required",
        ),
        "reusable text deleted": ({"type": "reusable_text", "value": 999_999}, "Nothing is chosen"),
    }


def test_what_is_required_is_asked_for_at_publish_and_not_of_a_draft(site_tree):
    make_product("NM-S7", name="Robot", slug="s7", specifications=[("Lực hút", "2700 Pa")])
    for name, (block, sentence) in unfinished().items():
        body = body_of(block)

        body.stream_block.clean_deferred(body)
        with translation.override("en"), pytest.raises(ValidationError) as refusal:
            body.stream_block.clean(body)

        with translation.override("en"):
            assert sentence in sentences(refusal.value), name


def test_wrong_choices_are_refused_in_a_draft_too(site_tree):
    pdf = make.make_document()
    mp4 = make.make_document("a.mp4", b"\x00\x00\x00\x18ftypmp42")
    for block, sentence in [
        (make.video_block(file=pdf), "Browsers do not play this file"),
        (make.video_block(file=mp4, captions=pdf), "no WebVTT file"),
        (make.video_block(file=mp4, link=make.YOUTUBE), "remove one of them"),
        (make.video_block(link="https://evil.example/watch?v=aqz-KE-bpKQ"), "Only links to one video"),
    ]:
        body = body_of(block)

        with translation.override("en"), pytest.raises(ValidationError) as refusal:
            body.stream_block.clean_deferred(body)

        with translation.override("en"):
            assert sentence in sentences(refusal.value)


def test_finished_blocks_are_published(site_tree):
    body = body_of(*make.one_of_each())

    assert len(body.stream_block.clean(body)) == len(body)


def test_editor_opens_an_article_with_one_of_each(admin_client, site_tree):
    page = make_article(make_category(), body=make.one_of_each())

    assert admin_client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200


def test_preview_tells_the_editor_what_is_gone(admin_client, site_tree):
    page = make_article(make_category(), title="Thay lưới", body=make.one_of_each())
    ReusableText.objects.all().delete()

    preview = admin_client.get(f"/admin/pages/{page.pk}/view_draft/").content.decode()

    assert "Đoạn dùng chung đã bị xóa hoặc chưa xuất bản." in preview
    assert "Người đọc không thấy gì ở đây." in preview


def test_article_with_one_of_each_costs_one_query_for_each_kind_of_thing(site_tree, django_assert_max_num_queries):
    from kb.contents import parts_of

    links = "".join(f'<p><a linktype="page" id="{page.pk}">x</a></p>' for page in site_tree.values())
    page = make_article(make_category(), body=[*make.one_of_each(), text(links), text(links)])
    body = ArticlePage.objects.get(pk=page.pk).body

    # pictures (2: never shown before), documents, parts, data sheets, reusable texts, linked pages;
    # and two for the roots of the site, which every page needs while its cache is cold
    with django_assert_max_num_queries(9):
        parts = parts_of(body)
        html = "".join(
            part.block.render({"anchors": part.anchors}) for part in parts if part.block.block_type == "text"
        )

    assert html.count('href="/vi/"') == 4


def reusable_form(**fields):
    return nested_form_data({"name": "Gọi ai", "text": rich_text("<p>Gọi tổng đài.</p>"), **fields})


def test_reusable_text_is_written_found_without_marks_and_counted(admin_client, site_tree):
    response = admin_client.post(f"{TEXTS}/add/", reusable_form(**{"action-publish": "1"}))
    made = ReusableText.objects.get()
    make_article(make_category(), title="Bài dùng", body=[make.reuse_block(made)])

    listing = admin_client.get(f"{TEXTS}/", {"q": "tong dai"}).content.decode()

    assert response.status_code == 302, response.context["form"].errors
    assert made.live
    assert "Gọi ai" in listing
    assert "1 lần" in listing
    assert "Gọi ai" not in admin_client.get(f"{TEXTS}/", {"q": "may bay"}).content.decode()


def test_reusable_text_may_be_an_unfinished_draft_that_readers_do_not_see(admin_client, client, site_tree):
    admin_client.post(f"{TEXTS}/add/", reusable_form(text=rich_text("")))

    assert not ReusableText.objects.get().live


def test_reusable_text_is_previewed_as_it_stands_in_an_article(admin_client, site_tree):
    made = make.make_reusable_text()
    address = f"{TEXTS}/preview/{made.pk}/"

    admin_client.post(address, reusable_form(text=rich_text("<p>Mới viết.</p>")))
    page = admin_client.get(address).content.decode()

    assert "Mới viết." in page
    assert 'class="prose"' in page


def test_changed_reusable_text_changes_every_article_that_shows_it(client, site_tree):
    made = make.make_reusable_text()
    make_article(make_category(), title="Bài dùng", body=[make.reuse_block(made)])

    made.text = "<p>Gọi từ 7 giờ.</p>"
    made.save_revision().publish()

    assert "Gọi từ 7 giờ." in client.get("/vi/help/bao-hanh/bai-dung/").content.decode()


def test_pages_that_use_a_thing_are_known(site_tree):
    image, part, product = make.make_image(), make_part(), make_product()
    made, document = make.make_reusable_text(), make.make_document()
    category = make_category()
    page = make_article(
        category,
        body=[
            make.image_block(image),
            make.parts_block(part),
            make.facts_block(product),
            make.reuse_block(made),
            make.download_block(document),
            text(f'<p><a linktype="page" id="{category.pk}">x</a></p>'),
        ],
    )
    make_article(category)

    assert [pages_using(one) for one in (image, part, product, made, document, category)] == [[page.pk]] * 6
    assert pages_using(make_part("A-9")) == []
