"""What a model of meaning is asked: the reader's question with its slips mended, and whether its marks were left out."""

from dataclasses import dataclass

from kb.search.analyzers import MAX_WORD_CHARACTERS, fold, has_marks
from kb.search.query import Understanding


@dataclass(frozen=True)
class UnmarkedWord:
    """A word typed without marks, folded, and what it was corrected to: several words where a blank was missing."""

    typed: str
    corrected: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question in one language; `unmarked` holds its words if it is Vietnamese in which nobody typed a mark."""

    text: str
    language: str
    unmarked: tuple[UnmarkedWord, ...] = ()


def question_of(understanding: Understanding, text: str) -> Question:
    """Return what to ask the model for `text` as it was understood.

    Marks that a correction brought along are the index's, not the reader's: a question that has no others is still
    one without marks. Keystrokes that were decoded are the reader's own marks.
    """
    is_marked = any(has_marks(one.exact) for word in understanding.words for one in word.candidates)
    unmarked: tuple[UnmarkedWord, ...] = ()
    if understanding.language == "vi" and not is_marked:
        unmarked = tuple(
            UnmarkedWord(
                fold(word.token.surface)[:MAX_WORD_CHARACTERS],
                tuple(fold(word.shown).split()) if word.shown else (word.token.term,),
            )
            for word in understanding.words
        )
    return Question(understanding.corrected_text or text, understanding.language, unmarked)
