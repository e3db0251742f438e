"""rebuild_search, evaluate_search, import_synonyms."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from kb import search
from kb.models import IndexRequest, Synonym
from kb.search.measuring.evaluation import JudgedQuery, read_judged_queries
from tests.kb.search.conftest import publish_article


def run(*args, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command(*args, stdout=out, stderr=err, **options)
    return out.getvalue() + err.getvalue()


def test_rebuild_says_how_many_articles_and_check_agrees(shop):
    assert "6 articles" in run("rebuild_search")
    assert "agrees with the database: 6 articles" in run("rebuild_search", "--check")


def test_check_fails_with_a_sentence_where_the_index_lacks_a_page(shop):
    page = publish_article("Robot hút bụi kêu to")
    IndexRequest.objects.all().delete()

    with pytest.raises(CommandError, match=rf"1 articles are missing \(page ids {page.pk}\)"):
        run("rebuild_search", "--check")


def test_check_fails_with_a_sentence_where_there_is_no_index(site_tree, search_index):
    with pytest.raises(CommandError, match="Run rebuild_search"):
        run("rebuild_search", "--check")


def write_queries(tmp_path, *rows):
    path = tmp_path / "queries.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    return path


def test_evaluation_prints_a_row_for_each_form(shop, tmp_path):
    path = write_queries(
        tmp_path,
        {"q": "kẹt giấy", "lang": "vi", "variant": "asis", "rel": ["ket-giay"]},
        {"q": "bảo hành", "lang": "vi", "variant": "asis", "rel": ["ket-giay"]},
        {"q": "bao hanh", "lang": "vi", "variant": "nodia", "rel": ["bao-hanh"]},
        {"q": "xyzzy", "lang": "en", "variant": "asis", "rel": ["paper-jam"]},
    )

    lines = run("evaluate_search", str(path)).splitlines()

    assert lines[2].startswith("| vi | asis | 2 | 0.500 | 0.500 | 0.500 | 0.000 |")
    assert lines[3].startswith("| vi | nodia | 1 | 1.000 | 1.000 | 1.000 | 0.000 |")
    assert lines[4].startswith("| en | asis | 1 | 0.000 | 0.000 | 0.000 | 1.000 |")


def test_evaluation_shows_both_halves_beside_the_whole(shop, tmp_path):
    rows = [
        {"q": "kẹt giấy", "lang": "vi", "variant": "asis", "rel": "ket-giay", "base": f"question-{number}"}
        for number in range(8)
    ]
    path = write_queries(tmp_path, *rows)
    halves = [query.half for query in read_judged_queries(path)]

    lines = run("evaluate_search", str(path), "--split").splitlines()

    expected = f"{halves.count('tuning')} / {halves.count('check')}"
    assert set(halves) == {"tuning", "check"}
    assert lines[-1].startswith(f"| vi | asis | {expected} | 1.000 / 1.000 | 1.000 / 1.000 |")


def test_forms_of_one_question_are_in_the_same_half():
    forms = [
        JudgedQuery(text, "vi", "asis", frozenset(), "vi-head-001") for text in ("kẹt giấy", "ket giay", "ket gia")
    ]

    assert len({query.half for query in forms}) == 1


def test_evaluation_says_what_a_change_gained_and_lost(shop, tmp_path):
    path = write_queries(
        tmp_path,
        {"q": "lemon", "lang": "vi", "variant": "natural", "rel": ["ket-giay"]},
        {"q": "kẹt giấy", "lang": "vi", "variant": "asis", "rel": ["ket-giay"]},
    )
    run("evaluate_search", str(path), "--save", str(tmp_path / "before"))
    Synonym.objects.create(language="vi", typed="lemon", page_words="kẹt giấy")

    lines = run("evaluate_search", str(path), "--compare", str(tmp_path / "before")).splitlines()

    assert lines[-2].startswith("| vi | asis | 1 | 1.000 → 1.000 (+0.000) | 1.000 → 1.000 (+0.000) |")
    assert lines[-1].startswith("| vi | natural | 1 | 0.000 → 1.000 (+1.000) | 0.000 → 1.000 (+1.000) |")
    assert "| 1 | 0 |" in lines[-1]


def test_evaluation_tries_another_weight_and_leaves_search_as_it_was(shop, tmp_path):
    path = write_queries(tmp_path, {"q": "kẹt giấy", "lang": "vi", "variant": "asis", "rel": ["ket-giay"]})

    lines = run("evaluate_search", str(path), "--weight", "tail_share=0").splitlines()
    again = run("evaluate_search", str(path)).splitlines()

    assert "(+0.000)" in lines[-1]
    assert lines[2].rsplit("|", 3)[0] == again[2].rsplit("|", 3)[0]


@pytest.mark.parametrize(("weight", "sentence"), [("pear=1", "no weight 'pear'"), ("pair", "expected NAME=VALUE")])
def test_evaluation_names_what_is_no_weight(shop, tmp_path, weight, sentence):
    path = write_queries(tmp_path, {"q": "kẹt giấy", "lang": "vi", "variant": "asis", "rel": ["ket-giay"]})

    with pytest.raises(CommandError, match=sentence):
        run("evaluate_search", str(path), "--weight", weight)


@pytest.mark.parametrize(("text", "sentence"), [("{}", "line 1: not an answer"), ("", "none of these queries")])
def test_evaluation_names_answers_that_it_cannot_compare(shop, tmp_path, text, sentence):
    path = write_queries(tmp_path, {"q": "kẹt giấy", "lang": "vi", "variant": "asis", "rel": ["ket-giay"]})
    (tmp_path / "before").write_text(text)

    with pytest.raises(CommandError, match=sentence):
        run("evaluate_search", str(path), "--compare", str(tmp_path / "before"))


def test_evaluation_asks_for_the_articles_first(shop, tmp_path):
    path = write_queries(tmp_path, {"q": "x", "lang": "vi", "variant": "asis", "rel": ["elsewhere"]})

    with pytest.raises(CommandError, match="import_articles"):
        run("evaluate_search", str(path))


def test_evaluation_without_an_index_is_a_sentence(site_tree, search_index, tmp_path):
    publish_article("Máy in bị kẹt giấy", external_id="ket-giay-2")
    path = write_queries(tmp_path, {"q": "x", "lang": "vi", "variant": "asis", "rel": ["ket-giay-2"]})

    with pytest.raises(CommandError, match="Run rebuild_search"):
        run("evaluate_search", str(path))


@pytest.mark.parametrize(("text", "sentence"), [("{", "line 1"), ('{"q": "x"}', "line 1"), ("", "no query")])
def test_evaluation_names_what_it_cannot_read(shop, tmp_path, text, sentence):
    path = tmp_path / "queries.jsonl"
    path.write_text(text)

    with pytest.raises(CommandError, match=sentence):
        run("evaluate_search", str(path))


def test_evaluation_of_a_missing_file_is_a_sentence(shop, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run("evaluate_search", str(tmp_path / "none.jsonl"))


def test_synonyms_are_imported_once_and_used_one_way(shop, tmp_path):
    path = tmp_path / "synonyms.txt"
    path.write_text("# máy in\nmắc giấy, bi ket to = kẹt giấy\n\n", encoding="utf-8")

    first, again = run("import_synonyms", str(path)), run("import_synonyms", str(path))

    assert first.startswith("2 synonyms new, 0 known, 0 lines left out")
    assert again.startswith("0 synonyms new, 2 known, 0 lines left out")
    assert search.search("mac giay", language="vi").hits[0].id == shop.printer.pk


def test_synonym_finds_a_page_that_shares_no_word_with_the_query(shop):
    before = search.search("lemon", language="vi").count
    Synonym.objects.create(language="vi", typed="Lemon", page_words="thẻ tín dụng")

    after = search.search("LEMON", language="vi")

    assert before == 0
    assert [hit.id for hit in after.hits] == [shop.card.pk]
    assert search.search("lemon", language="en").count == 0


def test_bad_synonym_lines_are_named_and_good_ones_land(site_tree, search_index, tmp_path):
    path = tmp_path / "synonyms.txt"
    path.write_text("không có dấu bằng\nmột hai ba bốn năm = sáu\nquên pass = quên mật khẩu\n", encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()

    with pytest.raises(CommandError, match="left out"):
        call_command("import_synonyms", str(path), stdout=out, stderr=err)

    assert [line.split(":")[0] for line in err.getvalue().splitlines()] == ["line 1", "line 2"]
    assert [str(one) for one in Synonym.objects.all()] == ["quên pass → quên mật khẩu"]


def test_synonyms_of_a_wrong_encoding_are_a_sentence(site_tree, search_index, tmp_path):
    path = tmp_path / "synonyms.txt"
    path.write_bytes("quên = x".encode("utf-16"))

    with pytest.raises(CommandError, match="not UTF-8"):
        run("import_synonyms", str(path))
