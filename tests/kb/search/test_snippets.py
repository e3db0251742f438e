"""The words below a hit."""

from kb.search.snippets import SNIPPET_CHARACTERS, make_snippet


def test_accented_words_are_marked_though_typed_without_marks():
    snippet = make_snippet("Phiếu bảo hành có số sê-ri.", "bao hanh", language="vi")

    assert snippet == "Phiếu <mark>bảo hành</mark> có số sê-ri."


def test_words_with_other_marks_are_not_marked_where_the_typed_ones_stand():
    text = "Máy giặt Mây W85: máy quay."

    assert make_snippet(text, "máy", language="vi") == "<mark>Máy</mark> giặt Mây W85: <mark>máy</mark> quay."
    assert make_snippet(text, "may", language="vi").count("<mark>") == 3


def test_wrong_marks_still_mark_what_was_found():
    assert make_snippet("Phiếu bảo hành.", "bào hành", language="vi") == "Phiếu <mark>bảo hành</mark>."


def test_markup_of_the_page_is_text():
    snippet = make_snippet('1 < 2 & <b onclick="x">máy</b>', "máy", language="vi")

    assert snippet == "1 &lt; 2 &amp; &lt;b onclick=&quot;x&quot;&gt;<mark>máy</mark>&lt;/b&gt;"


def test_markup_of_the_query_never_reaches_the_snippet():
    assert make_snippet("Máy giặt", "<mark>máy<script>", language="vi") == "<mark>Máy</mark> giặt"


def test_best_part_of_a_long_page_is_shown():
    text = "Mở đầu dài dòng. " * 60 + "Lưới lọc nằm ở góc dưới bên phải. " + "Kết thúc dài dòng. " * 60

    snippet = make_snippet(text, "lưới lọc", language="vi")

    assert "<mark>Lưới lọc</mark> nằm ở góc" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < SNIPPET_CHARACTERS + 60


def test_page_without_the_words_shows_its_beginning():
    assert make_snippet("Câu trả lời ngắn.", "khác", language="vi") == "Câu trả lời ngắn."
    assert make_snippet("", "khác", language="vi") == ""


def test_words_that_only_ask_are_not_marked():
    snippet = make_snippet("Làm thế nào để in hai mặt", "làm thế nào để in", language="vi")

    assert snippet == "Làm thế nào để <mark>in</mark> hai mặt"


def test_other_forms_of_an_english_word_are_marked():
    assert make_snippet("Printing on damp paper", "prints", language="en") == "<mark>Printing</mark> on damp paper"


def test_marking_is_linear_in_the_length_of_the_page():
    assert len(make_snippet("máy " * 200_000, "máy", language="vi")) < 2000
