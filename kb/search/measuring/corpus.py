"""What is measured on: pages and judged queries from a folder or from the site, grown to any size."""

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

from kb.models import ArticlePage
from kb.search.documents import documents_of
from kb.search.languages import LANGUAGES
from kb.search.measuring.evaluation import JudgedQuery, read_judged_queries
from kb.search.measuring.forms import BASE_FORM, with_forms
from kb.search.schema import Document

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")
_TUPLES = ("headings", "keywords", "categories", "products")


@dataclass(frozen=True)
class Corpus:
    """Pages, queries with the external ids of their right pages, and where both are from."""

    source: str
    documents: Sequence[Document]
    queries: Sequence[JudgedQuery]


def read_corpus(folder: Path) -> Corpus:
    """Return the pages of a folder's *.jsonl and the queries of its *.queries.jsonl.

    Errors  OSError and JudgedQueryError as they come; a folder without such files gives an empty corpus.
    """
    documents: list[Document] = []
    queries: list[JudgedQuery] = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.name.endswith(".queries.jsonl"):
            queries += [query for query in read_judged_queries(path) if query.language in LANGUAGES]
            continue
        with path.open(encoding="utf-8") as file:
            documents += [_imported(number, json.loads(line)) for number, line in enumerate(file, len(documents) + 1)]
    return Corpus(f"corpus “{folder.name}”", documents, queries)


def read_published(judged: Path | None = None) -> Corpus:
    """Return the published articles and the queries of a file, or their titles as queries; known items in all forms."""
    documents = [
        document if document.external_id else replace(document, external_id=str(document.page_id))
        for document in documents_of(list(ArticlePage.objects.public().select_related("locale")))
    ]
    if judged is None:
        source = "the site's published articles, their titles as queries"
        queries = [
            JudgedQuery(one.title, one.language, BASE_FORM, frozenset({one.external_id}), one.external_id)
            for one in documents
        ]
    else:
        source = f"the site's published articles and the queries of {judged.name}"
        queries = [query for query in read_judged_queries(judged) if query.language in LANGUAGES]
    return Corpus(source, documents, list(with_forms(queries)))


def grown(documents: Sequence[Document], size: int, *, seed: int = 1) -> Iterator[Document]:
    """Yield the documents and then fillers, `size` in all; the same ones for the same seed.

    A filler has the language, the number of headings and the length of one of the documents, and sentences drawn from all pages of
    that language: real words with their real frequencies, which answer nothing.
    """
    yield from documents
    draw = random.Random(seed)  # noqa: S311 - a repeatable choice, no secret
    sentences = {
        language: [s for d in documents if d.language == language for s in _sentences(d.body)] for language in LANGUAGES
    }
    first = max((document.page_id for document in documents), default=0) + 1
    for number in range(size - len(documents)):
        model = documents[number % len(documents)]
        pool = sentences[model.language] or [model.title]
        heading_words = [len(heading.split()) for heading in model.headings]
        yield replace(
            model,
            page_id=first + number,
            external_id=f"filler-{number}",
            title=_words(draw, pool, len(model.title.split())),
            headings=tuple(_words(draw, pool, count) for count in heading_words),
            keywords=(),
            short_answer=draw.choice(pool) if model.short_answer else "",
            body="\n".join(draw.choices(pool, k=len(_sentences(model.body)))),
        )


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def _words(draw: random.Random, pool: Sequence[str], count: int) -> str:
    """Return the first `count` words of sentences drawn one after another."""
    words: list[str] = []
    while len(words) < count:
        words += draw.choice(pool).split()
    return " ".join(words[:count])


def write_documents(documents: Iterable[Document], path: Path) -> int:
    """Write documents as JSON lines, for a process that builds an index of them; return how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for document in documents:
            count += 1
            file.write(json.dumps(asdict(replace(document, expires_at=None)), ensure_ascii=False) + "\n")
    return count


def read_documents(path: Path) -> Iterator[Document]:
    """Yield what `write_documents` wrote, one at a time, so that memory holds the index and not the corpus."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield Document(**{**row, **{name: tuple(row[name]) for name in _TUPLES}})


def _imported(number: int, row: dict[str, object]) -> Document:
    return Document(
        page_id=number,
        external_id=str(row["id"]),
        language=str(row["lang"]),
        article_type=str(row["kind"]),
        title=str(row["title"]),
        headings=tuple(cast("list[str]", row["headings"])),
        keywords=(),
        short_answer="",
        body=str(row["body"]),
        category_title=str(row["section"]),
        categories=(str(row["section"]),),
        products=(),
    )
