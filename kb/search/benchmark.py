"""Search beside a peer on the same pages and queries, in the same run: SQLite's FTS5, folded, OR of all words.

Times are processor time, for what else the machine does would drown the difference.
"""

import json
import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from haystack import connections
from haystack.query import SearchQuerySet

from kb.models import ArticlePage
from kb.search.analyzers import LANGUAGES, fold, normalize, tokens
from kb.search.backend import PortalWhooshBackend
from kb.search.documents import documents_of
from kb.search.engine import ARTICLE_CT, identifier_of
from kb.search.measuring.evaluation import Answer, Figures, JudgedQuery, figures_of, percentile, read_judged_queries
from kb.search.schema import Document, index_fields

_ALIAS = "benchmark"
_DEPTH = 10
# bm25()'s weights of title, headings and body: the portal's own.
_FTS5_WEIGHTS = "5.0, 2.0, 1.0"


@dataclass(frozen=True)
class Run:
    """One engine's part: processor seconds for building, and what it answered."""

    name: str
    build_seconds: float
    answers: list[Answer]


@dataclass(frozen=True)
class Benchmark:
    """The portal beside its peer, on `page_count` pages."""

    source: str
    page_count: int
    portal: Run
    peer: Run


def read_corpus(folder: Path) -> tuple[list[Document], list[JudgedQuery]]:
    """Return the pages of a folder's *.jsonl and the queries of its *.queries.jsonl."""
    documents: list[Document] = []
    queries: list[JudgedQuery] = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.name.endswith(".queries.jsonl"):
            queries += [query for query in read_judged_queries(path) if query.language in LANGUAGES]
        else:
            with path.open(encoding="utf-8") as file:
                documents += [
                    _document(number, json.loads(line)) for number, line in enumerate(file, len(documents) + 1)
                ]
    return documents, queries


def read_published() -> tuple[list[Document], list[JudgedQuery]]:
    """Return the published articles, and their titles as queries: as written and without marks."""
    documents = documents_of(list(ArticlePage.objects.public().select_related("locale")))
    queries = []
    for document in documents:
        relevant = frozenset({str(document.page_id)})
        queries.append(JudgedQuery(document.title, document.language, "asis", relevant))
        queries.append(JudgedQuery(fold(document.title), document.language, "nodia", relevant))
    return [_with_key(document) for document in documents], queries


def run_benchmark(documents: Sequence[Document], queries: Sequence[JudgedQuery], *, source: str) -> Benchmark:
    """Build both indexes and put every query to both in turn, so that both meet the same state of the machine."""
    with tempfile.TemporaryDirectory(prefix="portal-benchmark-") as folder:
        portal = _Portal(Path(folder) / "search", documents)
        peer = _Fts5(documents)
        portal_answers, peer_answers = [], []
        for query in queries:
            portal_answers.append(_timed(query, portal.ask))
            peer_answers.append(_timed(query, peer.ask))
    return Benchmark(
        source=source,
        page_count=len(documents),
        portal=Run("portal", portal.build_seconds, portal_answers),
        peer=Run("FTS5, folded, OR", peer.build_seconds, peer_answers),
    )


class _Portal:
    """Our engine through haystack, with an index of its own."""

    def __init__(self, folder: Path, documents: Sequence[Document]) -> None:
        connections.connections_info[_ALIAS] = {
            "ENGINE": "kb.search.backend.PortalWhooshEngine",
            "PATH": str(folder),
            "SILENTLY_FAIL": False,
        }
        started = time.process_time()
        backend = connections[_ALIAS].get_backend()
        assert isinstance(backend, PortalWhooshBackend)  # noqa: S101 - by the setting above
        backend.setup()
        with backend.directory.writing() as writer:
            for document in documents:
                identifier = identifier_of(document.page_id)
                writer.replace(identifier, index_fields(document, django_ct=ARTICLE_CT, identifier=identifier))
        backend.snapshot()
        self.build_seconds = time.process_time() - started

    def ask(self, query: JudgedQuery) -> list[str]:
        results = SearchQuerySet(using=_ALIAS).filter(content=query.text, language__exact=query.language)
        return [result.external_id for result in results[:_DEPTH]]


class _Fts5:
    """SQLite's full-text index in memory, one table a language, folded in Python because it does not fold đ."""

    def __init__(self, documents: Sequence[Document]) -> None:
        started = time.process_time()
        self._database = sqlite3.connect(":memory:")
        for language in LANGUAGES:
            self._database.execute(f"CREATE VIRTUAL TABLE {language} USING fts5(key UNINDEXED, title, headings, body)")
            self._database.executemany(
                f"INSERT INTO {language} VALUES (?, ?, ?, ?)",  # noqa: S608 - our own language codes
                (_folded_row(document) for document in documents if document.language == language),
            )
        self._database.commit()
        self.build_seconds = time.process_time() - started

    def ask(self, query: JudgedQuery) -> list[str]:
        words = [fold(token.surface) for token in tokens(normalize(query.text), query.language)]
        if not words:
            return []
        rows = self._database.execute(
            f"SELECT key FROM {query.language} WHERE {query.language} MATCH ? "  # noqa: S608 - our own language codes
            f"ORDER BY bm25({query.language}, 0, {_FTS5_WEIGHTS}) LIMIT {_DEPTH}",
            (" OR ".join(f'"{word}"' for word in words),),
        )
        return [key for (key,) in rows]


def _folded_row(document: Document) -> tuple[str, str, str, str]:
    headings = "\n".join((*document.headings, *document.keywords))
    body = f"{document.short_answer}\n{document.body}"
    return document.external_id, fold(document.title), fold(headings), fold(body)


def _timed(query: JudgedQuery, ask: Callable[[JudgedQuery], list[str]]) -> Answer:
    started = time.process_time()
    found = ask(query)
    return Answer(query, tuple(found), (time.process_time() - started) * 1000)


def _document(number: int, row: dict[str, object]) -> Document:
    return Document(
        page_id=number,
        external_id=str(row["id"]),
        language=str(row["lang"]),
        article_type=str(row["kind"]),
        title=str(row["title"]),
        headings=tuple(row["headings"]),  # type: ignore[arg-type]
        keywords=(),
        short_answer="",
        body=str(row["body"]),
        category_title=str(row["section"]),
        categories=(str(row["section"]),),
        products=(),
    )


def _with_key(document: Document) -> Document:
    return Document(**{**document.__dict__, "external_id": str(document.page_id)})


def report(benchmark: Benchmark) -> str:
    """Return the result as Markdown: ratios first, then each form of query."""
    portal, peer = benchmark.portal, benchmark.peer
    ours, theirs = (sorted(answer.took_ms for answer in run.answers) for run in (portal, peer))
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {timezone.localdate().isoformat()}: {benchmark.source}, {benchmark.page_count} pages, "
        f"{len(portal.answers)} queries; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{os.cpu_count()} cores; one process, each query to both engines in turn. "
        "Times are processor time.",
        "",
        f"| | portal, through haystack | {peer.name} | ratio |",
        "|---|---:|---:|---:|",
    ]
    for label, share in (("p50 ms", 0.50), ("p95 ms", 0.95)):
        a, b = percentile(ours, share), percentile(theirs, share)
        lines.append(f"| {label} | {a:.2f} | {b:.2f} | {a / b:.2f} |")
    a, b = portal.build_seconds, peer.build_seconds
    lines += [f"| build s | {a:.1f} | {b:.1f} | {a / b:.1f} |", "", *_quality(portal, peer), ""]
    return "\n".join(lines)


def _quality(portal: Run, peer: Run) -> list[str]:
    lines = [
        "| language | form | queries | portal success@5 | peer success@5 | portal MRR@10 | peer MRR@10 |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for ours, theirs in zip(figures_of(portal.answers), figures_of(peer.answers), strict=True):
        lines.append(_row(ours, theirs))
    return lines


def _row(ours: Figures, theirs: Figures) -> str:
    return (
        f"| {ours.language} | {ours.variant} | {ours.query_count} | {ours.success_at_5:.3f} | {theirs.success_at_5:.3f} "
        f"| {ours.mrr_at_10:.3f} | {theirs.mrr_at_10:.3f} |"
    )
