"""What readers see of each block, and what remains when something it names is gone."""

import json
import re

import pytest
from django.conf import settings
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from kb.blocks import ArticleContentBlock
from kb.blocks.video import third_party_video
from kb.models import ArticlePage, Product, ReusableText, SparePart
from tests.factories import blocks as make
from tests.factories.kb import make_article, make_category, make_part, text

pytestmark = pytest.mark.django_db

ADDRESS = "/vi/help/bao-hanh/thay-luoi/"


@pytest.fixture
def read(client, site_tree):
    """Publishes an article of these blocks and returns its page."""
    category = make_category()

    def publish_and_read(*body):
        make_article(category, title="Thay lưới", body=[text("<p>Mở đầu.</p>"), *body, text("<p>Kết thúc.</p>")])
        response = client.get(ADDRESS)
        assert response.status_code == 200
        return response.content.decode()

    return publish_and_read


def test_there_are_at_most_twelve_kinds_each_described_and_grouped():
    kinds = ArticleContentBlock().child_blocks.values()

    assert len(kinds) <= 12
    for block in kinds:
        assert block.meta.icon != "placeholder"
        assert block.label and block.meta.group and len(block.meta.description) > 20


def test_article_with_one_of_each_shows_them_all(read):
    page = read(*make.one_of_each())

    for words in (
        'id="truoc-tien"', "khoảng 4 phút", "Lau khô.", "Rút phích.", "<caption>Mã lỗi</caption>", '<th scope="row">E1</th>',
        "<figcaption>Lưới lọc</figcaption>", 'alt="Lưới lọc nằm ở góc phải, dưới cùng"', "srcset=", "<video", "Khóa van.",
        "LK-W85-01", "120.000", "Kèm gioăng", "PDF, 2,0", 'id="co-mat-phi-khong"', "52 dB", "Gọi tổng đài từ 8 giờ.",
    ):  # fmt: skip
        assert words in page, words
    assert "8,5 kg" not in page


def test_page_names_no_source_of_a_third_party(read):
    page = read(make.video_block(link=make.YOUTUBE, poster=make.make_image()))

    sources = re.findall(r'\b(?:src|srcset|poster|href)="([^"]+)"', page)
    outside = [one for one in sources if "//" in one and not one.startswith(settings.SITE_URL)]
    assert outside == ["https://www.youtube.com/watch?v=aqz-KE-bpKQ"]
    assert "Chỉ khi bạn phát, Google mới biết" in page
    assert "<iframe" not in page


def test_only_the_two_players_may_be_framed(client, site_tree):
    policy = client.get("/vi/help/").headers["Content-Security-Policy"]

    players = {third_party_video(url).player_url for url in (make.YOUTUBE, "https://vimeo.com/76979871")}
    hosts = {"https://" + url.split("/")[2] for url in players}
    (frames,) = [part.split()[1:] for part in policy.split(";") if part.strip().startswith("frame-src")]
    assert set(frames) == {"'self'", *hosts}


@pytest.mark.parametrize(
    ("url", "page_url"),
    [
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=12", "https://www.youtube.com/watch?v=aqz-KE-bpKQ"),
        ("https://youtu.be/aqz-KE-bpKQ?si=x", "https://www.youtube.com/watch?v=aqz-KE-bpKQ"),
        ("https://www.youtube.com/shorts/aqz-KE-bpKQ", "https://www.youtube.com/watch?v=aqz-KE-bpKQ"),
        ("https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ", "https://www.youtube.com/watch?v=aqz-KE-bpKQ"),
        ("https://vimeo.com/76979871", "https://vimeo.com/76979871"),
        ("https://player.vimeo.com/video/76979871", "https://vimeo.com/76979871"),
        ("https://www.youtube.com/playlist?list=PL1", None),
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ%22onload", None),
        ("https://youtube.com.evil.example/watch?v=aqz-KE-bpKQ", None),
        ("https://evil.example/?u=https://youtu.be/aqz-KE-bpKQ", None),
        ("javascript:alert(1)//youtu.be/aqz-KE-bpKQ", None),
        ("https://vimeo.com/ondemand", None),
        ("https://[", None),
        ("", None),
    ],
)
def test_only_one_video_of_a_known_provider_is_taken(url, page_url):
    video = third_party_video(url)

    assert (video and video.page_url) == page_url


def test_our_own_video_loads_nothing_before_it_is_played_and_has_captions(read):
    video = make.make_document("thay-loi.mp4", b"\x00\x00\x00\x18ftypmp42")
    captions = make.make_document("thay-loi.vtt", b"WEBVTT\n")

    page = read(make.video_block(file=video, captions=captions))

    assert 'preload="none"' in page
    assert re.search(r'<track kind="captions" src="[^"]+\.vtt" srclang="vi"', page)
    assert "frame" not in page


@pytest.mark.parametrize("model", [Product, SparePart, ReusableText, get_image_model(), get_document_model()])
def test_what_was_deleted_leaves_no_hole(client, site_tree, model):
    make_article(make_category(), title="Thay lưới", body=make.one_of_each())

    model.objects.all().delete()

    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert "Đọc kỹ." in page.content.decode()
    assert "Readers see" not in page.content.decode()
    assert "Người đọc không thấy gì" not in page.content.decode()


@pytest.mark.parametrize("model", [Product, SparePart, ReusableText])
def test_what_was_withdrawn_is_not_shown(read, model):
    body = make.one_of_each()
    words = {Product: "52 dB", SparePart: "LK-W85-01", ReusableText: "Gọi tổng đài"}[model]

    model.objects.update(live=False)

    assert words not in read(*body)


def test_part_that_cannot_be_ordered_says_so_and_one_without_price_too(read):
    page = read(
        make.parts_block(make_part("A-1", name="Bơm", price=5, is_available=False)),
        make.parts_block(make_part("A-2", name="Van")),
    )

    assert "Hiện chưa đặt mua được" in page
    assert "theo báo giá" in page.lower() or "liên hệ" in page.lower()


def test_download_says_type_size_and_language(read):
    page = read(make.download_block(make.make_document(), title="Phiếu", description="Để in", language="en"))

    assert re.search(r"PDF, 2,0\sKB, Tiếng Anh", page)
    assert "Để in" in page


def test_empty_body_is_a_page(client, site_tree):
    make_article(make_category(), title="Thay lưới", body=[])

    assert client.get(ADDRESS).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        [make.faq_block(title="")],
        [make.faq_block(("", ""), ("Một?", "")), make.faq_block(title="Chỉ tiêu đề")],
        [make.steps_block()],
        [make.video_block(title="", transcript="")],
        [make.video_block(link="https://evil.example/x")],
        [make.image_block(None), make.download_block(None), make.facts_block(None)],
        [{"type": "table", "value": None}, {"type": "spare_parts", "value": {"title": "", "parts": []}}],
        [text("<p>Có\x00NUL</p>"), make.steps_block(make.step("và\x00đây"))],
        [{"type": "heading", "value": {"text": "Khối không còn", "level": "2"}}, {"type": "text", "value": ""}],
    ],
)
def test_unfinished_blocks_do_no_harm(read, body):
    assert "Kết thúc." in read(*body)


def test_words_of_every_block_are_found_by_search(site_tree):
    from kb.contents import texts_of

    page = make_article(make_category(), body=make.one_of_each())

    headings, paragraphs = texts_of(ArticlePage.objects.get(pk=page.pk).body)
    assert headings == ["Trước tiên", "Chi tiết", "Trước khi gọi", "Có mất phí không?"]
    found = " | ".join(paragraphs)
    for words in (
        "Vặn lưới", "Lau khô", "Rút phích", "Nước yếu", "Lưới lọc", "Khóa van", "Lưới lọc bơm xả W85 LK-W85-01",
        "Kèm gioăng", "Sách hướng dẫn", "Không.", "Máy giặt W85 NM-W85", "Độ ồn 52 dB", "Gọi tổng đài từ 8 giờ.",
    ):  # fmt: skip
        assert words in found, words
    assert "8,5 kg" not in found
    assert json.dumps(found)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", ArticleContentBlock().child_blocks)
def test_editor_sees_a_real_preview_of_each_block(admin_client, site_tree, kind, language):
    make.make_image()
    block = ArticlePage._meta.get_field("body").stream_block.child_blocks[kind]

    response = admin_client.get(
        "/admin/block-preview/", {"id": block.definition_prefix}, headers={"accept-language": language}
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "css/pages" in page and f'lang="{language}"' in page
    assert block.is_previewable
    shown = page.partition("<main")[2]
    assert len(re.sub(r"<[^>]+>|\s", "", shown)) > 15
    if kind in ("image", "steps", "video"):
        assert "<img" in shown
