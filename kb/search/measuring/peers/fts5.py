"""SQLite's full-text index: all words joined by OR, the last one also as a beginning."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from kb.search.analyzers import fold
from kb.search.measuring.peers import DEPTH, folded_words
from kb.search.schema import Document

# bm25()'s weights of title, headings and body; the best of 1-1-1, 3-2-1, 5-2-1 and 10-3-1.
_WEIGHTS = "10.0, 3.0, 1.0"
_CACHE_MEGABYTES = 256


class Fts5:
    """One table for both languages: FTS5 counts a word that stands in more than half of the rows as nothing at all,

    which in a table of Vietnamese pages alone hits the most frequent syllables (success@5 .82 instead of .90).
    """

    title = "SQLite FTS5, folded, OR"

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.open(folder)
        with self._database:
            self._database.execute(
                "CREATE VIRTUAL TABLE page USING fts5(key UNINDEXED, language UNINDEXED, title, headings, body)"
            )
            self._database.executemany("INSERT INTO page VALUES (?, ?, ?, ?, ?)", map(_row, documents))
            self._database.execute("INSERT INTO page(page) VALUES ('optimize')")
        self._database.close()

    def open(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "fts5.sqlite3")
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_MEGABYTES * 1024}")

    def ask(self, text: str, language: str) -> list[str]:
        words = folded_words(text, language)
        if not words:
            return []
        rows = self._database.execute(
            f"SELECT key FROM page WHERE page MATCH ? AND language = ? "  # noqa: S608 - our own constants
            f"ORDER BY bm25(page, 0, 0, {_WEIGHTS}) LIMIT {DEPTH}",
            (" OR ".join(f'"{word}"' for word in words) + "*", language),
        )
        return [key for (key,) in rows]


def _row(document: Document) -> tuple[str, str, str, str, str]:
    headings = "\n".join((*document.headings, *document.keywords))
    body = f"{document.short_answer}\n{document.body}"
    return document.external_id, document.language, fold(document.title), fold(headings), fold(body)
