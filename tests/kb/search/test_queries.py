"""What readers type, and what they find."""

import random
import unicodedata

import pytest

from kb import search
from tests.kb.search.soak.queries import strange_query

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(read_only_shop):
    return read_only_shop


def titles(text, language="vi", **filters):
    return [hit.title for hit in search.search(text, language=language, **filters).hits]


@pytest.mark.parametrize(
    "typed",
    [
        "bảo hành",
        "bao hanh",
        "BẢO HÀNH",
        unicodedata.normalize("NFD", "bảo hành"),
        "bảo hanh",
        "bao3 ha2nh",
        "bảo hànnh",
        "thời hạn bảo hành là bao lâu vậy ạ",
        "bao han",
        "baor hanhf",
        "baohanh",
    ],
)
def test_warranty_is_found_however_it_is_typed(shop, typed):
    assert titles(typed)[0] == shop.warranty.title


@pytest.mark.parametrize("typed", ["may in", "máy in", "in", "mays in", "kẹt giấy", "nghen giay"])
def test_printer_is_found_though_in_looks_like_a_stop_word(shop, typed):
    assert titles(typed)[0] == shop.printer.title


@pytest.mark.parametrize(
    ("typed", "wanted"), [("thẻ", "card"), ("cân", "scale"), ("hóa đơn", "warranty"), ("hoá đơn", "warranty")]
)
def test_word_that_folds_like_a_stop_word_is_found_by_its_marks(shop, typed, wanted):
    assert titles(typed)[0] == getattr(shop, wanted).title


@pytest.mark.parametrize("typed", ["NM-W85", "nmw85", "w85", "nm w85"])
def test_model_number_is_found_with_and_without_its_hyphen(shop, typed):
    assert titles(typed)[0] == shop.washer.title


@pytest.mark.parametrize("typed", ["printer jams", "printing jam", "prinetr jam", "paper ja"])
def test_english_article_is_found_by_other_forms_of_its_words(shop, typed):
    assert titles(typed, language="en") == [shop.english.title]


def test_english_page_is_not_among_vietnamese_results(shop):
    page = search.search("printer jams", language="vi")

    assert shop.english.title not in [hit.title for hit in page.hits]


def test_correction_is_told_and_can_be_refused(shop):
    corrected = search.search("bảo hànnh", language="vi")
    verbatim = search.search("hànnh", language="vi", is_verbatim=True)

    assert corrected.corrected_query == "bảo hành"
    assert (verbatim.count, verbatim.corrected_query) == (0, None)


@pytest.mark.parametrize(
    "typed",
    ["bảo hành", "may in", "máy giặt không xả nước", "kẹt giấy", "kẹt giấy thì làm sao", "ket giay thi lam sao"],
)
def test_correct_query_is_never_corrected(shop, typed):
    assert search.search(typed, language="vi").corrected_query is None


@pytest.mark.parametrize(
    ("typed", "language", "typed_in"),
    [
        ("may giat", "en", "vi"),
        ("Máy giặt không xả nước", "en", "vi"),
        ("giat", "en", "vi"),
        ("giat E2", "en", "vi"),
        ("mays giawtj", "en", "vi"),
        ("may giat khong xar nuocs", "en", "vi"),
        ("printer jams", "vi", "en"),
        ("printer jamms", "en", None),
        ("printer ja", "en", None),
        ("bảo hànnh", "vi", None),
        ("E2 A4", "en", None),
        ("", "en", None),
    ],
)
def test_question_in_the_other_language_is_told_from_a_misspelt_one(shop, typed, language, typed_in):
    page = search.search(typed, language=language)

    assert search.typed_in(typed, language=language) == typed_in
    assert not (typed_in and page.corrected_query)


def test_of_a_question_in_the_other_language_what_both_share_is_searched(shop):
    assert titles("may in bi ket giay printer", language="en") == [shop.english.title]
    assert titles("printing off damp NM-W85") == [shop.washer.title]
    assert titles("may giat", language="en") == []


@pytest.mark.parametrize(("typed", "corrected"), [("NM-WB5", "NM-w85"), ("nmwb5", "nmw85"), ("nm w8S", "nm w85")])
def test_model_number_with_one_character_misread_is_found(shop, typed, corrected):
    page = search.search(typed, language="vi")

    assert page.hits[0].title == shop.washer.title
    assert page.corrected_query == corrected


@pytest.mark.parametrize("typed", ["W58", "NM-W86", "A4", "máy giặt E2", "giấy A6", "in 4"])
def test_code_that_no_page_knows_is_not_replaced_by_another_or_by_a_word(shop, typed):
    page = search.search(typed, language="vi")

    assert page.corrected_query is None
    assert search.did_you_mean(page, language="vi") is None


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "\x00", "\u200b", "*", '"', "[a TO", "-x", "()", "a" * 10_000, "<script>alert(1)</script>", "%", "🙂"],
)
def test_odd_text_is_answered_without_an_error(shop, typed):
    page = search.search(typed, language="vi")

    assert page.count == len(page.hits)


def test_long_text_still_finds_what_it_begins_with(shop):
    text = "máy in bị kẹt giấy " + "x" * 10_000

    assert titles(text)[0] == shop.printer.title


def test_control_characters_part_words(shop):
    assert titles("bảo\x00hành\x1b")[0] == shop.warranty.title


def test_filters_narrow_and_are_counted(shop):
    everything = search.search("máy", language="vi", with_choices=True)
    narrowed = search.search("máy", language="vi", category="may-in")

    assert [hit.title for hit in narrowed.hits] == [shop.printer.title]
    assert {c.value: c.count for c in everything.choices["category"]}["may-in"] == narrowed.count
    assert titles("máy", article_type="faq") == [shop.washer.title]


def test_unknown_language_is_refused(shop):
    with pytest.raises(ValueError, match="xx"):
        search.search("máy", language="xx")


def test_suggestions_offer_titles_while_the_last_word_is_half_typed(shop):
    [first, *_rest] = search.suggest("may in bi ke", language="vi")

    assert first.text == shop.printer.title
    assert first.url == "/vi/help/may-in/may-in-bi-ket-giay/"
    assert search.suggest("", language="vi") == []


def test_title_that_begins_as_typed_is_suggested_before_others(shop):
    suggestions = [one.text for one in search.suggest("máy", language="vi")]

    assert {suggestions[0], suggestions[1]} == {shop.printer.title, shop.washer.title}
    assert shop.scale.title in suggestions


def test_an_article_is_found_by_the_keywords_of_its_editor_that_its_text_never_says(shop):
    assert titles("nghẽn giấy")[0] == shop.printer.title
    assert titles("nghen")[0] == shop.printer.title


def test_strange_queries_raise_nothing_and_their_pages_hold_each_hit_once(shop):
    draw = random.Random(20261122)
    known = ["máy giặt không xả nước", "thời hạn bảo hành", "printer jams"]

    for _ in range(80):
        text, language = strange_query(draw, known), draw.choice(("vi", "en"))
        pages = [search.search(text, language=language, page=1, page_size=2)]
        pages += [
            search.search(text, language=language, page=n, page_size=2) for n in range(2, pages[0].page_count + 1)
        ]
        found = [hit.id for page in pages for hit in page.hits]

        assert len(found) == len(set(found)) == pages[0].count, text
