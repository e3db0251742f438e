"""Headings inside the text: anchors, list of contents, reading time, the words for search."""

import json
import re

import pytest

from kb.contents import contents_of, parts_of, reading_minutes, texts_of
from kb.headings import with_anchors
from kb.models import ArticlePage
from tests.factories.kb import heading, make_article, make_category, steps, text

# Links to pages are looked up, also where a text has none.
pytestmark = pytest.mark.django_db


def body_of(*blocks):
    return ArticlePage(body=json.dumps(blocks)).body


def outline(lines):
    return [(line.text, line.anchor, outline(line.below)) for line in lines]


def test_contents_list_the_parts_with_their_parts():
    parts = parts_of(body_of(text("<h2>Đổi hàng</h2><p>…</p><h3>Ví dụ</h3><p>…</p>"), heading("Hoàn tiền")))

    assert outline(contents_of(parts)) == [
        ("Đổi hàng", "doi-hang", [("Ví dụ", "vi-du", [])]),
        ("Hoàn tiền", "hoan-tien", []),
    ]


def test_part_of_a_part_without_one_above_stands_for_itself():
    parts = parts_of(body_of(heading("Ví dụ", level=3), heading("Hoàn tiền")))

    assert outline(contents_of(parts)) == [("Ví dụ", "vi-du", []), ("Hoàn tiền", "hoan-tien", [])]


def test_long_contents_keep_the_upper_level_only():
    parts = parts_of(body_of(*[text(f"<h2>Phần {at}</h2><h3>Nhỏ {at}</h3>") for at in range(10)]))

    assert [len(line.below) for line in contents_of(parts)] == [0] * 10


def test_equal_headings_get_different_anchors_across_blocks():
    parts = parts_of(body_of(text("<h2>Cách làm</h2><h3>Cách làm</h3>"), heading("Cách làm 2"), heading("Cách làm")))

    assert [part.anchors for part in parts] == [("cach-lam", "cach-lam-2"), ("cach-lam-2-2",), ("cach-lam-3",)]


@pytest.mark.parametrize(
    ("words", "anchor"),
    [
        ("Đường ống &amp; điện", "duong-ong-dien"),
        ("<b>Đậm</b> và <i>nghiêng</i>", "dam-va-nghieng"),
        ("Dòng<br/>hai", "dong-hai"),
        ("???", "part"),
        ("印刷", "yinshua"),
        ("Related", "related-2"),
        ("Đ" * 5000, "d" * 80),
    ],
)
def test_anchor_is_ascii_short_and_never_the_frame_s(words, anchor):
    (part,) = parts_of(body_of(heading(words)))

    assert part.anchors == (anchor,)


def test_heading_is_a_link_to_itself_read_once():
    html = with_anchors('<h2 data-block-key="a">Đọc <b>mã</b></h2><p>x</p>', ["doc-ma"])

    assert html == '<h2 id="doc-ma"><a class="heading-link" href="#doc-ma">Đọc <b>mã</b></a></h2><p>x</p>'


def test_heading_that_holds_a_link_keeps_it():
    html = with_anchors('<h3>Xem <a href="/vi/">trang</a></h3>', ["xem-trang"])

    assert html == '<h3 id="xem-trang">Xem <a href="/vi/">trang</a></h3>'


@pytest.mark.parametrize(
    "source", ["<h2></h2><p>x</p>", "<h2> <b></b> </h2><p>x</p>", '<h2 data-block-key="k"><br/></h2><p>x</p>']
)
def test_heading_without_a_word_is_not_shown(source):
    (part,) = parts_of(body_of(text(source)))

    assert part.anchors == ()
    assert with_anchors(source, part.anchors) == "<p>x</p>"


def test_search_hears_headings_apart_from_the_text():
    headings, paragraphs = texts_of(body_of(text("<p>Một</p><h2>Hai &amp; ba</h2><p>Bốn</p>"), steps("Năm")))

    assert headings == ["Hai & ba"]
    assert [paragraph.split() for paragraph in paragraphs] == [["Một", "Bốn"], ["Năm"]]


def test_reading_time_counts_every_block():
    body = body_of(text(f"<h2>{'từ ' * 90}</h2><p>{'từ ' * 200}</p>"), steps("từ " * 290))

    assert reading_minutes(body, language="vi") == 2


def test_empty_article_takes_a_minute():
    assert reading_minutes(body_of(), language="vi") == 1


@pytest.mark.django_db
def test_no_two_places_of_a_page_answer_to_one_anchor(client, site_tree):
    category = make_category()
    address = "/vi/help/bao-hanh/ma-loi/"
    page = make_article(category, title="Mã lỗi", body=[heading("A"), heading("B")])
    make_article(category, title="Liên quan")
    taken = re.findall(r' id="([^"]+)"', client.get(address).content.decode())

    page.body = json.dumps([heading(place) for place in taken])
    page.save_revision().publish()

    places = re.findall(r' id="([^"]+)"', client.get(address).content.decode())
    assert sorted(places) == sorted(set(places))
