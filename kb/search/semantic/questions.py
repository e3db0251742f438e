"""What a model of meaning is asked: the reader's words, with slips mended and with their marks."""

from dataclasses import dataclass

from kb.search.analyzers import fold
from kb.search.query import Understanding, Word
from kb.search.semantic.marks import MarkRestorer


@dataclass(frozen=True)
class AskedWord:
    """A word of a Vietnamese question, with the marks that were typed, and without any what it was corrected to.

    A correction is several words where a blank was missing. Its marks are the index's guess, so they are left out.
    """

    typed: str
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question in one language as the words of the index read it; `words` only if it is Vietnamese."""

    text: str
    language: str
    words: tuple[AskedWord, ...] = ()

    def wording(self, marks: MarkRestorer) -> str:
        """Return what is embedded: Vietnamese in which marks were left out gets its likeliest ones.

        A word that somebody says somewhere is no slip here, though no page of the index has it: the model knows more.
        """
        words: list[str] = []
        for one in self.words:
            words += one.corrected if one.corrected and not marks.knows(fold(one.typed)) else [one.typed]
        is_corrected = any(one.corrected for one in self.words)
        return marks.restore(words) if is_corrected or marks.are_left_out(words) else self.text


def question_of(understanding: Understanding, text: str) -> Question:
    """Return what to ask the model for `text` as it was understood."""
    is_vietnamese = understanding.language == "vi"
    words = tuple(_asked(word) for word in understanding.words) if is_vietnamese else ()
    return Question(understanding.corrected_text or text, understanding.language, words)


def _asked(word: Word) -> AskedWord:
    if word.shown and word.candidates[0].exact:  # keystrokes: their marks are the reader's own
        return AskedWord(word.shown)
    return AskedWord(word.token.surface, tuple(fold(word.shown).split()))
