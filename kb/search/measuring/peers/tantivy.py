"""tantivy, a search library in Rust: one combined field, pairs of syllables, slips and beginnings of words."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from kb.search.measuring.peers import DEPTH, folded_words
from kb.search.schema import Document

# An occurrence counts by where it stands, as in the portal's own field; separate fields cost tantivy a quarter of its hits.
_TITLE, _HEADINGS, _BODY = 5, 2, 1
# What pairs, words one slip away and beginnings of words count beside the words: the best of five settings.
_PAIR, _SLIP, _BEGINNING = 0.5, 1.0, 0.5
_SLIP_FROM_LETTERS = 4
_WRITER_BYTES = 128 << 20


class Tantivy:
    """The strongest peer known: its scores come from the same kinds of terms as the portal's."""

    title = "tantivy, combined field"

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        writer = tantivy.Index(_schema(), path=str(folder)).writer(heap_size=_WRITER_BYTES, num_threads=1)
        for document in documents:
            writer.add_document(tantivy.Document(**_fields(document)))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        index = tantivy.Index.open(str(folder))
        self._schema = index.schema
        self._searcher = index.searcher()

    def ask(self, text: str, language: str) -> list[str]:
        words = folded_words(text, language)
        if not words:
            return []
        wanted = [self._term("words", word) for word in words]
        wanted += [
            Query.boost_query(Query.fuzzy_term_query(self._schema, "words", word), _SLIP)
            for word in words
            if len(word) >= _SLIP_FROM_LETTERS
        ]
        wanted.append(
            Query.boost_query(
                Query.fuzzy_term_query(self._schema, "words", words[-1], distance=0, prefix=True), _BEGINNING
            )
        )
        wanted += [Query.boost_query(self._term("pairs", f"{a}_{b}"), _PAIR) for a, b in pairwise(words)]
        in_language = Query.boost_query(Query.term_query(self._schema, "language", language), 0.0)
        query = Query.boolean_query(
            [(Occur.Must, in_language), (Occur.Must, Query.boolean_query([(Occur.Should, one) for one in wanted]))]
        )
        hits = self._searcher.search(query, DEPTH, count=False).hits
        return [self._searcher.doc(address)["key"][0] for _score, address in hits]

    def _term(self, field: str, term: str) -> Query:
        return Query.term_query(self._schema, field, term, "freq")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    for name in ("words", "pairs"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _fields(document: Document) -> dict[str, str]:
    parts = [
        (document.title, _TITLE),
        ("\n".join((*document.headings, *document.keywords)), _HEADINGS),
        (f"{document.short_answer}\n{document.body}", _BODY),
    ]
    words: list[str] = []
    pairs: list[str] = []
    for text, weight in parts:
        found = folded_words(text, document.language)
        words += found * weight
        pairs += [f"{a}_{b}" for a, b in pairwise(found)] * weight
    return {
        "key": document.external_id,
        "language": document.language,
        "words": " ".join(words),
        "pairs": " ".join(pairs),
    }
