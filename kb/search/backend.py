"""The portal's engine on Whoosh; the only file that knows both haystack and Whoosh's index.

It keeps haystack's public interface (SearchQuerySet, forms, update and remove) and that of `PortalBackend`, so that
another engine takes its place by one setting. What it does not take over from haystack's Whoosh backend: query
strings, a reader opened for each search, swallowed errors, paging by page number, an English analyzer for every
language.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
from haystack.backends import BaseEngine, log_query
from haystack.exceptions import SearchBackendError
from haystack.models import SearchResult
from haystack.utils import get_identifier, get_model_ct
from numpy.typing import NDArray

from kb.search import synonyms
from kb.search.conditions import Condition
from kb.search.engine import (
    ARTICLE_CT,
    SORT_FIELDS,
    Answer,
    PortalBackend,
    PortalQuery,
    Progress,
    batches,
    identifier_of,
    public_documents,
    public_page_ids,
    refuse,
    text_of,
    whole_condition,
)
from kb.search.errors import SearchUnavailable
from kb.search.explanation import Explanation, explain_documents, with_meaning
from kb.search.haystack_results import LazyResult, result_of
from kb.search.lexicon import Lexicon
from kb.search.matching import Match, Matcher, languages_of
from kb.search.postings import Scores, Snapshot, SnapshotKeeper
from kb.search.query import Understanding, understand
from kb.search.ranking import SECOND_LOOK, best_first, passage_points, score_documents
from kb.search.schema import index_fields
from kb.search.semantic.asking import asker
from kb.search.semantic.blending import Near, meaning_points
from kb.search.semantic.questions import Question, question_of
from kb.search.storage import IndexDirectory, IndexWriter

_keepers: dict[str, SnapshotKeeper] = {}


class PortalWhooshBackend(PortalBackend):
    """Searches snapshots of the index and writes batches to it.

    Thread-safe: every thread's backend of one connection shares the open index.
    """

    def __init__(self, connection_alias: str, **options: Any) -> None:
        super().__init__(connection_alias, **options)
        self.directory = IndexDirectory(options["PATH"])
        self._keeper = _keeper_of(self.directory)

    # Searching -----------------------------------------------------------------------------------

    @log_query
    def search(
        self,
        query: Condition | str,
        *,
        start_offset: int = 0,
        end_offset: int | None = None,
        sort_by: list[str] | None = None,
        narrow_queries: Iterable[str] = (),
        models: Iterable[type] = (),
        limit_to_registered_models: bool | None = None,
        facets: dict[str, dict] | None = None,
        highlight: bool | dict = False,
        result_class: type[SearchResult] = SearchResult,
        **unsupported: Any,
    ) -> dict[str, Any]:
        """Return haystack's dictionary: results, hits, facets, spelling_suggestion.

        `query` is a condition; a string is taken as a text, never parsed. Offsets count results, from any start.
        Errors  SearchUnavailable if the index cannot be opened; SearchBackendError for what it cannot do.
        """
        refuse(unsupported)
        narrowed = whole_condition(query, narrow_queries, models)
        snapshot = self._keeper.snapshot()
        match = self._match(narrowed, snapshot)
        order, scores = self._order(match, snapshot, sort_by or [], end_offset)
        page = zip(order[start_offset:end_offset].tolist(), scores[start_offset:end_offset].tolist(), strict=True)
        words = text_of(narrowed) if highlight else ""
        return {
            "results": [_result(n, score, snapshot, result_class, words) for n, score in page],
            "hits": int(np.count_nonzero(match.mask)),
            "facets": {"fields": {name: snapshot.counts(name, match.mask) for name in facets or ()}} if facets else {},
            "spelling_suggestion": match.corrected_text,
        }

    def explain(
        self, text: str, *, language: str, page_ids: Iterable[int], is_verbatim: bool = False
    ) -> dict[int, Explanation]:
        """Return, by page, how its score for a text comes about; see `kb.search.explain`."""
        snapshot = self._keeper.snapshot()
        understanding = understand(
            text, Lexicon(snapshot, language), synonyms=synonyms.lines(language), is_verbatim=is_verbatim
        )
        numbers = {
            page_id: int(found[0])
            for page_id in page_ids
            if len(found := snapshot.postings("id", identifier_of(page_id))[0])
        }
        explained = explain_documents(understanding, snapshot, numbers)
        near = None if is_verbatim else _near_documents(snapshot, question_of(understanding, text))
        if near is None:
            return explained
        allowed = snapshot.not_expired(datetime.now(UTC)) & snapshot.mask("language", language)
        points = meaning_points(understanding, snapshot, score_documents(understanding, snapshot), allowed, near)
        return with_meaning(explained, text, {page_id: float(points[number]) for page_id, number in numbers.items()})

    def document_count(self) -> int:
        """Return how many documents the live index holds."""
        return self._keeper.snapshot().count

    def consult(self, language: str, question: Callable[[Lexicon], Answer]) -> Answer:
        """Return what `question` makes of the words of the live index in one language."""
        return question(Lexicon(self.snapshot(), language))

    def snapshot(self) -> Snapshot:
        """Return the live commit, for what reads the words of the index itself (suggestions, checks)."""
        return self._keeper.snapshot()

    def _match(self, condition: Condition, snapshot: Snapshot) -> Match:
        allowed = snapshot.not_expired(datetime.now(UTC))
        near = partial(_near_documents, snapshot)
        return Matcher(snapshot, allowed, languages_of(condition), synonyms.lines, near).match(condition)

    def _order(
        self, match: Match, snapshot: Snapshot, sort_by: list[str], end: int | None
    ) -> tuple[NDArray[np.intp], Scores]:
        """Return the found documents and their scores, at least the first `end` of them.

        Best first: by score, the best ones after a second look, equals in the order of the index. Or by fields, each
        in its own direction.
        """
        found = match.mask.nonzero()[0]
        if sort_by:
            order = found[np.lexsort([found, *self._sort_keys(found, match, snapshot, sort_by)])]
            return order, match.scores[order]
        order = best_first(found, match.scores, None if end is None else max(end, SECOND_LOOK))
        scores = match.scores[order]
        looked = order[:SECOND_LOOK]
        scores[: len(looked)] += _second_look(match.understandings, snapshot, looked)
        again = (-scores[: len(looked)]).argsort(kind="stable")
        order[: len(looked)], scores[: len(looked)] = looked[again], scores[again]
        return order, scores

    def _sort_keys(
        self, found: NDArray[np.intp], match: Match, snapshot: Snapshot, sort_by: list[str]
    ) -> Iterator[np.ndarray]:
        """Yield the sort keys, least significant first, as np.lexsort wants them."""
        yield -match.scores[found]
        for name in reversed(sort_by):
            field = SORT_FIELDS.get(name.lstrip("-"))
            if field is None:
                raise SearchBackendError(f"results cannot be sorted by {name!r}")
            ordinals = snapshot.ordinals(field)[found]
            yield -ordinals if name.startswith("-") else ordinals

    # Writing -------------------------------------------------------------------------------------

    def setup(self) -> None:
        """Make an empty index where there is none, so that the first write has a place."""
        if self.directory.exists():
            return
        with self.directory.rebuilding():
            if not self.directory.exists():
                self.directory.switch_to(self.directory.create_generation(), catch_up=lambda page_ids: None)

    def write(self, page_ids: Iterable[int]) -> None:
        page_ids = list(page_ids)
        with self.directory.writing() as writer:
            self.write_pages(writer, page_ids)
            self.directory.note_written(page_ids)

    def remove(self, obj_or_string: Any, commit: bool = True) -> None:
        """Remove one page; waits for the writer rather than failing."""
        identifier = get_identifier(obj_or_string)
        self.setup()
        with self.directory.writing() as writer:
            writer.remove(identifier)
            self.directory.note_written([int(identifier.rsplit(".", 1)[1])])

    def clear(self, models: Iterable[type] | None = None, commit: bool = True) -> None:
        """Remove everything, or everything of some models."""
        self.setup()
        with self.directory.writing() as writer:
            if models is None:
                writer.remove_all()
            for model in models or ():
                writer.remove_all(get_model_ct(model))

    def write_pages(self, writer: IndexWriter, page_ids: Iterable[int]) -> None:
        """Write into an open batch. The pages are read here: whoever writes last has then also read last."""
        gone = set(page_ids)
        for document in public_documents(gone):
            identifier = identifier_of(document.page_id)
            writer.replace(identifier, index_fields(document, django_ct=ARTICLE_CT, identifier=identifier))
            gone.discard(document.page_id)
        for page_id in gone:
            writer.remove(identifier_of(page_id))

    def tidy(self) -> bool:
        return self.directory.exists() and self.directory.tidy()

    def rebuild(self, on_progress: Progress) -> None:
        """Build a new generation from the database and switch to it by one rename.

        Killed, it leaves the live index untouched; the next one clears away what it left.
        Cost  about 2 ms for each page; memory see PostingPool.
        """
        with self.directory.rebuilding():
            generation = self.directory.create_generation()
            with self.directory.writing(generation=generation) as writer:
                for batch in batches(public_page_ids(), on_progress):
                    self.write_pages(writer, batch)

            def catch_up(written_ids: list[int]) -> None:
                if written_ids:
                    with self.directory.writing(generation=generation) as writer:
                        self.write_pages(writer, written_ids)

            self.directory.switch_to(generation, catch_up=catch_up)

    # State ---------------------------------------------------------------------------------------

    def indexed_ids(self) -> frozenset[str]:
        """Return the identifiers of all documents; the checksums of all files are read afresh."""
        snapshot = SnapshotKeeper(self.directory).snapshot()
        return frozenset(term for term in snapshot.vocabulary("id") if len(snapshot.postings("id", term)[0]))

    def written_at(self) -> datetime:
        return datetime.fromtimestamp(self.directory.stamp()[1] / 1e9, tz=UTC)

    def is_rebuilding(self) -> bool:
        return self.directory.is_rebuilding()

    def problem(self) -> SearchUnavailable | None:
        try:
            if self.directory.exists():
                self.directory.current()
        except SearchUnavailable as error:
            return error
        return None


class PortalWhooshEngine(BaseEngine):
    """What HAYSTACK_CONNECTIONS names."""

    backend = PortalWhooshBackend
    query = PortalQuery


def _near_documents(snapshot: Snapshot, question: Question) -> Near | None:
    """Return the documents near a question in meaning, nearest first, and their cosines; None without a model."""
    near = asker.near(question)
    if near is None:
        return None
    numbers = snapshot.numbers_of([identifier_of(page_id) for page_id in near.page_ids.tolist()])
    return numbers[numbers >= 0], near.cosines[numbers >= 0]


def _second_look(understandings: Sequence[Understanding], snapshot: Snapshot, numbers: NDArray[np.intp]) -> Scores:
    """Return what a second look adds to the scores of these documents, each in the words of its own language."""
    if len(understandings) == 1:
        return passage_points(understandings[0], snapshot, numbers.tolist())
    points = np.zeros(len(numbers), np.float32)
    for understanding in understandings:
        mine = snapshot.facet_mask("language", understanding.language)[numbers].nonzero()[0]
        points[mine] = passage_points(understanding, snapshot, numbers[mine].tolist())
    return points


def _keeper_of(directory: IndexDirectory) -> SnapshotKeeper:
    """Return the open index of a folder: one for all threads of the process."""
    return _keepers.setdefault(str(directory.path), SnapshotKeeper(directory))


def _result(
    number: int, score: float, snapshot: Snapshot, result_class: type[SearchResult], words: str
) -> SearchResult:
    if result_class is SearchResult and not words:
        return LazyResult(snapshot.card(number), score, lambda: snapshot.document(number)["body"])
    return result_of(snapshot.document(number), score, result_class, words)
