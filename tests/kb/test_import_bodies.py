"""Bodies from outside become blocks; nothing that a file carries is executed."""

import pytest

from kb.markdown import from_html, from_markdown


def kinds(blocks):
    return [block["type"] for block in blocks]


def test_markdown_becomes_the_blocks_of_an_author():
    blocks = from_markdown(
        "Mở đầu **đậm** và `mã`.\n\n## Trước tiên\n\n1. Tắt máy.\n2. Rút *phích* cắm.\n\n- Khăn\n- Chậu\n\n"
        "> **Cảnh báo:** Nước nóng.\n\n> **Lưu ý:** Hai phút.\n\n### Nhỏ\n\n| Mã | Nghĩa |\n| --- | --- |\n| E1 | **Vắt**, xả |\n"
    )

    assert kinds(blocks) == ["text", "steps", "text", "warning", "note", "text", "table"]
    assert blocks[0]["value"] == "<p>Mở đầu <b>đậm</b> và <code>mã</code>.</p><h2>Trước tiên</h2>"
    assert [step["text"] for step in blocks[1]["value"]["steps"]] == ["<p>Tắt máy.</p>", "<p>Rút <i>phích</i> cắm.</p>"]
    assert blocks[3]["value"] == "<p>Nước nóng.</p>"
    assert blocks[5]["value"] == "<h3>Nhỏ</h3>"
    assert blocks[6]["value"]["data"] == [["Mã", "Nghĩa"], ["E1", "Vắt, xả"]]
    assert blocks[6]["value"]["first_row_is_table_header"]


def test_quote_without_a_label_is_text():
    assert kinds(from_markdown("> Một câu.\n")) == ["text"]


def test_list_inside_a_step_stays_in_its_step():
    blocks = from_markdown("1. Chuẩn bị:\n   - khăn\n   - chậu\n2. Rửa.\n")

    assert kinds(blocks) == ["steps"]
    assert "<li>khăn</li>" in blocks[0]["value"]["steps"][0]["text"]


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<p onclick='alert(1)'>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<iframe src='https://evil.example'></iframe>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<embed embedtype='media' url='https://evil.example'>",
        "<a linktype='page' id='1'>x</a>",
        "<style>body{display:none}</style>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "&lt;img src=x onerror=alert(1)&gt;",
        "<ol><li>&lt;script&gt;alert(1)&lt;/script&gt;</li></ol>",
        "<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>",
        "<h2>" + "x" * 300 + "&lt;script&gt;alert(1)&lt;/script&gt;</h2>",
        "<div>" * 40 + "&lt;script&gt;alert(1)&lt;/script&gt;" + "</div>" * 40,
    ],
)
def test_nothing_that_could_run_survives(markup):
    rich_texts = "".join(
        block["value"] if block["type"] == "text" else "".join(step["text"] for step in block["value"]["steps"])
        for block in from_html(markup)
        if block["type"] in ("text", "steps")
    )

    for danger in (
        "<script",
        "<img",
        "<iframe",
        "<svg",
        "<style",
        "<embed",
        "onclick",
        "javascript:",
        "data:",
        "linktype",
    ):
        assert danger not in rich_texts


def test_html_inside_markdown_is_shown_not_used():
    (block,) = from_markdown("Gõ <b>đậm</b> và <script>alert(1)</script>\n")

    assert "&lt;b&gt;" in block["value"]
    assert "<script" not in block["value"]


def test_links_within_the_source_are_dropped_and_others_kept():
    (block,) = from_html("<p><a href='bai-khac.md'>đây</a> <a href='https://a.example/x'>kia</a></p>")

    assert block["value"] == '<p>đây <a href="https://a.example/x">kia</a></p>'


@pytest.mark.parametrize("markup", ["", "   ", "<p></p>", "<!-- -->", "<table></table>", "<ol></ol>"])
def test_nothing_becomes_nothing(markup):
    assert from_html(markup) == []


def test_very_deep_markup_keeps_its_words():
    blocks = from_html("<div>" * 3000 + "sâu" + "</div>" * 3000)

    assert "sâu" in str(blocks)


def test_ragged_table_is_filled_up():
    (block,) = from_html("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td></tr></table>")

    assert block["value"]["data"] == [["A", "B"], ["1", ""]]
