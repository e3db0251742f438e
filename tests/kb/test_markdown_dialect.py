"""What is written as Markdown reads back as the same blocks."""

import html

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.markdown import MarkdownProblem, References, from_markdown, to_markdown
from tests.factories.kb import text


class Archive(References):
    """Every path is there."""

    def link(self, href):
        return f"archive:{href}"

    def image(self, src):
        return src

    document = image


def written(blocks):
    return to_markdown(blocks, language="vi", address=lambda address: address.removeprefix("archive:"))


def read(markdown):
    return from_markdown(markdown, Archive())


def assert_round_trip(blocks):
    assert read(written(blocks)) == blocks


PIECES = st.sampled_from(
    [
        "Tắt máy", " ", ".", ":", "(", ")", "*", "_", "`", "\\", "[", "]", "<", ">", "&", "&amp;", "#", "-", "+", "1.", "12)", "|",
        "~~~", ":::", "!", '"', "“W85”", "=", "---", "đ", "75.000 ₫", "http://a.example", "\u00a0", "::: note", "<!-- -->", "\\*",
    ]
)  # fmt: skip
PLAIN = st.lists(PIECES, min_size=1, max_size=6).map("".join)


def marked(tag):
    return lambda inner: f"<{tag}>{inner}</{tag}>"


LEAVES = PLAIN.map(lambda words: html.escape(words, quote=False))
CODE = st.sampled_from(["F5", "a`b", "``", "x &lt; y", "*", "a  b"]).map(marked("code"))
LINKS = st.tuples(
    LEAVES,
    st.sampled_from(
        ["https://a.example/x?y=1&amp;z=(2)", "mailto:a@b.example", "/vi/help/", "#noi-quy", "archive:b/c.md"]
    ),
).map(lambda pair: f'<a href="{pair[1]}">{pair[0]}</a>')
INLINE = st.recursive(
    st.one_of(LEAVES, CODE, LINKS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join).map(marked("b")),
        st.lists(inner, min_size=1, max_size=3).map("".join).map(marked("i")),
    ),
    max_leaves=6,
)
LINES = st.lists(st.one_of(INLINE, st.just("<br/>")), min_size=1, max_size=5).map("".join)
LISTS = st.lists(LINES, min_size=1, max_size=3).map(
    lambda items: "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
)
NUMBERED = LISTS.map(lambda items: items.replace("ul>", "ol>"))
RICH = st.lists(
    st.one_of(LINES.map(marked("p")), PLAIN.map(lambda words: html.escape(words)).map(marked("h2")), LISTS, NUMBERED),
    min_size=1,
    max_size=4,
).map("".join)


@given(RICH)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_rich_text_is_written_the_same_again_after_reading(source):
    first = written([text(source)])

    assert written(read(first)) == first


@given(st.lists(PLAIN, min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_no_word_is_lost_or_taken_for_a_mark(paragraphs):
    paragraphs = [words for words in (" ".join(one.split()) for one in paragraphs) if words and words != "<!-- -->"]
    blocks = [text("".join(f"<p>{html.escape(one, quote=False)}</p>" for one in paragraphs))] if paragraphs else []

    assert_round_trip(blocks)


STEP = {"text": "<p>Tắt máy.</p>", "image": None, "image_alt": "", "minutes": None}
TABLE = {
    "data": [["Mã", "Nghĩa"], ["E|1", "*vắt*"]],
    "first_row_is_table_header": True,
    "first_col_is_header": False,
    "table_caption": "",
}


@pytest.mark.parametrize(
    "blocks",
    [
        [text("<h2>Trước tiên</h2><p>Một <b>đậm:</b>dòng, <i>nghiêng</i> và <code>F5</code>.</p><h3>Nhỏ</h3><p>Hai<br/>dòng</p>")],
        [text("<ul><li>Khăn<ul><li>khô</li></ul></li><li>Chậu</li></ul><ul><li>Khác</li></ul>")],
        [text("<p>a</p>"), text("<p>b</p>")],
        [text("<p>Thứ tự:</p><ol><li>một</li><li>hai</li></ol>")],
        [text("<p><code>dòng 1<br/>:::text<br/>  ```</code></p>")],
        [text('<p><a href="archive:vi/a.md">bài</a> <a href="https://a.example/x_(1)">kia</a></p>')],
        [{"type": "steps", "value": {"title": "", "minutes": None, "steps": [STEP, {**STEP, "text": "<p>Chuẩn bị:</p><ul><li>khăn</li></ul>"}]}}],
        [{"type": "steps", "value": {"title": "", "minutes": None, "steps": [STEP]}}] * 2,
        [{"type": "steps", "value": {"title": 'Thay "lõi"', "minutes": 20, "steps": [{**STEP, "minutes": 3}, {**STEP, "image": "images/a.png", "image_alt": "Máy"}]}}],
        [{"type": "note", "value": "<p>Hai phút.</p><ul><li>a</li></ul>"}, {"type": "note", "value": "<p><b>Mẹo:</b> x</p>"}],
        [{"type": "warning", "value": "<p>Nước nóng.</p><p>Chờ nguội.</p>"}],
        [{"type": "note", "value": "<ul><li>a</li></ul>"}],
        [{"type": "table", "value": TABLE}, {"type": "table", "value": {**TABLE, "table_caption": "Mã lỗi", "first_col_is_header": True}}],
        [{"type": "table", "value": {**TABLE, "first_row_is_table_header": False}}],
        [{"type": "image", "value": {"image": "images/a.png", "alt": 'Máy "W85" [đỏ]', "caption": 'Cửa "trước"'}}] * 2,
        [text("<p>a</p>"), {"type": "image", "value": {"image": "images/a.png", "alt": "", "caption": ""}}, text("<p>b</p>")],
        [{"type": "faq", "value": {"title": "Hỏi nhanh", "questions": [{"question": "Có bền không?", "answer": "<p>Có:</p><ol><li>một</li></ol>"}, {"question": "Giá?", "answer": "<p>75.000 ₫</p>"}]}}],
        [{"type": "video", "value": {"title": "Thay lõi", "file": "documents/a.mp4", "captions": None, "link": "", "poster": "images/a.png", "transcript": "<p>Khóa van.</p>"}}],
        [{"type": "spare_parts", "value": {"title": "", "parts": [{"part": "LK-1", "quantity": 2, "remark": "hai bên"}, {"part": "LK-2", "quantity": 1, "remark": ""}]}}],
        [{"type": "product_facts", "value": {"product": "NM-W85", "specifications": ["Khối lượng, kg", "Cỡ"]}}],
        [{"type": "download", "value": {"document": "documents/a.pdf", "title": "Sổ tay", "description": "", "language": "vi"}}],
        [{"type": "reusable_text", "value": "0b5f1d8e-0000-4000-8000-000000000000"}],
    ],
)  # fmt: skip
def test_every_block_reads_back_as_it_was(blocks):
    assert_round_trip(blocks)


def test_plain_markdown_serves_where_it_has_words():
    blocks = read("## Trước tiên\n\n1. Tắt máy.\n\n> **Lưu ý:** Hai phút.\n\n![Máy](images/a.png)\n")

    assert [block["type"] for block in blocks] == ["text", "steps", "note", "image"]
    assert written(blocks) == "## Trước tiên\n\n1. Tắt máy.\n\n> **Lưu ý:** Hai phút.\n\n![Máy](images/a.png)\n"


def test_comment_that_parts_is_not_shown():
    assert read("- a\n\n<!-- -->\n\n- b\n") == [text("<ul><li>a</li></ul><ul><li>b</li></ul>")]


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("a\n\n:::poem\nx\n:::", 3),
        (":::note\nx", 1),
        (":::", 1),
        ("::: {a=1}\n:::", 1),
        (':::note {colour="red"}\nx\n:::', 1),
        (":::steps {minutes=3", 1),
        (":::steps {minutes=}\n:::", 1),
        (':::steps {minutes="3"}\n:::', 1),
        (":::steps {minutes=true}\n:::", 1),
        ("::::steps\n\nx\n::::", 2),
        ("::::steps\n:::note\nx\n:::\n::::", 2),
        (":::table\nx\n:::", 1),
        (":::table {data=[1]}\n:::", 1),
        ("::::note\n:::text\n:::\n::::", 2),
    ],
)
def test_block_that_cannot_be_read_is_named_with_its_line(markdown, line):
    with pytest.raises(MarkdownProblem) as problem:
        read(markdown)

    assert problem.value.line == line


def test_colons_inside_code_begin_no_block():
    assert read("```\n:::poem\n```\n") == [text("<p><code>:::poem</code></p>")]


def test_very_deep_and_very_long_input_is_answered_quickly():
    read("> " * 5_000 + "sâu")
    assert read("*" * 20_000 + "a")
    with pytest.raises(MarkdownProblem):
        read("\n".join(":" * (3 + number % 50) + "note" for number in range(5_000)))


def test_aimed_part_goes_round_with_its_variants():
    blocks = [
        text("<p>Trước.</p>"),
        {
            "type": "aimed",
            "value": {
                "variants": [
                    {
                        "segments": ['Chủ "R9" }', "Chủ máy giặt"],
                        "content": [
                            text("<h2>Lõi</h2><p>::: một</p>"), {"type": "note", "value": "<p>Nhẹ tay.</p>"},
                            {"type": "faq", "value": {"title": "Hỏi", "questions": [{"question": "Lâu không?", "answer": "<p>Không.</p>"}]}},
                        ],
                    },
                    {"segments": ["Khác"], "content": [text("<p>Hai.</p>")]},
                ],
                "default": [text("<p>Chung.</p>"), text("<p>Và nữa.</p>")],
            },
        },
        text("<p>Sau.</p>"),
    ]  # fmt: skip

    assert_round_trip(blocks)
    assert written(blocks).count(":::variant") == 2


@pytest.mark.parametrize(
    ("inside", "line"),
    [(":::::aimed\n::::variant\n:::aimed\n:::\n::::\n:::::", 3), ("::::aimed\nChữ\n::::", 2), ("::::aimed\n:::default {a=1}\n:::\n::::", 2)],
)  # fmt: skip
def test_aimed_part_holds_variants_and_a_default_and_no_other_aimed_part(inside, line):
    with pytest.raises(MarkdownProblem) as problem:
        read(inside)

    assert problem.value.line == line


def test_every_kind_of_block_has_a_test_here():
    from kb.blocks import ArticleBodyBlock

    tested = {"text", "steps", "note", "warning", "table", "image", "faq", "video", "spare_parts", "product_facts", "download", "reusable_text", "aimed"}  # fmt: skip

    assert set(ArticleBodyBlock().child_blocks) == tested
