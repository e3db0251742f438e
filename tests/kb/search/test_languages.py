"""What search knows of a language stands in one table: a further language is one more entry."""

import ast
from pathlib import Path

import pytest

from kb import search
from kb.search.analyzers import tokens
from kb.search.languages import LANGUAGES, RULES, LanguageRules
from kb.search.measuring.forms import forms_of
from kb.search.snippets import make_snippet

FOLDER = Path(search.__file__).parent
# The model gives Vietnamese its marks back; measuring writes Vietnamese and English questions.
MAY_NAME_A_LANGUAGE = {"languages.py", "semantic", "measuring"}


@pytest.fixture
def german(monkeypatch):
    rules = LanguageRules("de", asking_words="wie für", stem=lambda word: word.removesuffix("en"), longest_ending=2)
    monkeypatch.setitem(RULES, "de", rules)
    return rules


def test_a_further_language_is_one_entry(german):
    asking, door, printing = tokens("Für Türen drucken", "de")

    assert [asking.term, door.term, printing.term] == ["fur", "tur", "druck"]
    assert [asking.exact, door.exact, printing.exact] == ["fur", "turen", "drucken"]
    assert german.only_asks(asking.term, asking.exact, is_marked=False)
    assert not german.only_asks(door.term, door.exact, is_marked=False)
    assert make_snippet("Beim Drucken", "wie drucke", language="de") == "Beim <mark>Drucken</mark>"
    assert "ask" not in forms_of("Türen drucken", "de")


@pytest.mark.parametrize(
    ("typed", "is_marked", "only_asks"), [("cần", True, True), ("cân", True, False), ("can", False, True)]
)
def test_vietnamese_words_that_only_ask_are_told_by_marks_where_there_are_any(typed, is_marked, only_asks):
    [token] = tokens(typed, "vi")

    assert RULES["vi"].only_asks(token.term, token.exact, is_marked=is_marked) == only_asks


def test_no_other_file_of_search_asks_which_language_it_is():
    files = [path for path in FOLDER.rglob("*.py") if path.relative_to(FOLDER).parts[0] not in MAY_NAME_A_LANGUAGE]
    names = {
        (path.name, node.lineno)
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in LANGUAGES
    }

    assert len(files) > 30
    assert not names
