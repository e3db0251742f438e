"""What search knows of each language: one entry in one table. Nothing else in search asks which language it is.

A further language is one more entry here, and its pages: fields, filters and choices follow from `LANGUAGES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from kb.search.keystrokes import decode_telex, decode_vni
from kb.search.word_forms import MAX_WORD_CHARACTERS, exact_form, has_marks, stem_english
from portal.lib.text import fold

DEFAULT_LANGUAGE = "vi"


def _unstemmed(word: str) -> str:
    return word


@dataclass(frozen=True)
class LanguageRules:
    """How the words of a language are found, told apart, counted and mistyped. Change it and raise `ANALYZER_VERSION`."""

    code: str
    # Words that say how something is asked, not what: they count less and are never dropped, which costs 3 to 5 points
    # of success@5 (docs/search.md).
    asking_words: str
    # Its words differ by marks that half of all typists leave out: máy, may. Then a query's marks decide between words
    # that fold alike; in any other language a word's exact form is the word before it is stemmed.
    is_told_by_marks: bool = False
    # A folded word → what all its forms have in common.
    stem: Callable[[str], str] = _unstemmed
    # The letters by which a word of a page may go on beyond its stem: print → printing, printers.
    longest_ending: int = 0
    # What reads a word that was typed with the keyboard of this language switched off.
    decoders: tuple[Callable[[str], str | None], ...] = ()

    def term(self, word: str) -> str:
        """Return what a word is found by: folded and stemmed. Exact forms may be given too."""
        return self.stem(fold(word)[:MAX_WORD_CHARACTERS])

    def exact(self, word: str) -> str:
        """Return what tells a word from others with the same term."""
        return (exact_form(word) if self.is_told_by_marks else fold(word))[:MAX_WORD_CHARACTERS]

    def only_asks(self, term: str, exact: str, *, is_marked: bool) -> bool:
        """Say whether a query's word only says how it is asked; `is_marked`: the query carries Vietnamese marks.

        Vietnamese ones are told by their marks where the reader typed any, because without marks they look like words
        that matter: cần (need) and cân (scale), thế (so) and thẻ (card), thấy (see) and thay (replace).
        """
        if self.is_told_by_marks and not is_marked and not has_marks(exact):
            return term in self._asking_terms
        return exact in self._asking_exact

    @cached_property
    def _asking_exact(self) -> frozenset[str]:
        return frozenset(self.exact(word) for word in self.asking_words.split())

    @cached_property
    def _asking_terms(self) -> frozenset[str]:
        return frozenset(self.term(word) for word in self.asking_words.split())


_VIETNAMESE = LanguageRules(
    code="vi",
    asking_words="""
        ai anh bạn bằng bị bởi các cái cần chị cho chứ chưa có của cũng cùng đã đang đâu đây để đến đều đi đó được
        em gì giúp hay hãy hỏi khi không là lại làm mà mình mỗi một muốn nào nên này nếu nhé như những nhưng ở phải ra rất
        rồi sao sẽ tại thế theo thì tôi trong từ và vậy vẫn về vì với vui lòng xin ạ ơi
    """,
    is_told_by_marks=True,
    decoders=(decode_telex, decode_vni),
)
_ENGLISH = LanguageRules(
    code="en",
    asking_words="""
        a about all am an and any are as at be been but by can could did do does for from get had has have how i if in into
        is it its me my no not of on or our please should so some than that the their them then there these they this to
        up us want was we were what when where which who why will with would you your
    """,
    stem=stem_english,
    longest_ending=4,
)

RULES = {rules.code: rules for rules in (_VIETNAMESE, _ENGLISH)}
LANGUAGES = tuple(RULES)
