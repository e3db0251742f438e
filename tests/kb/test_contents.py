from kb.contents import headings_of, parts_of, reading_minutes
from kb.models import ArticlePage
from tests.factories.kb import heading, steps, text


def body_of(*blocks):
    import json

    return ArticlePage(body=json.dumps(blocks)).body


def test_contents_list_the_upper_headings_with_anchors():
    parts = parts_of(body_of(heading("Đổi hàng"), text("<p>…</p>"), heading("Ví dụ", level="3"), heading("Hoàn tiền")))

    assert [(one.text, one.anchor) for one in headings_of(parts)] == [
        ("Đổi hàng", "doi-hang"),
        ("Hoàn tiền", "hoan-tien"),
    ]


def test_two_equal_headings_get_different_anchors():
    parts = parts_of(body_of(heading("Cách làm"), heading("Cách làm")))

    assert [part.anchor for part in parts] == ["cach-lam", "cach-lam-2"]


def test_reading_time_counts_every_block():
    body = body_of(text(f"<p>{'từ ' * 290}</p>"), steps("từ " * 290))

    assert reading_minutes(body, language="vi") == 2


def test_empty_article_takes_a_minute():
    assert reading_minutes(body_of(), language="vi") == 1
