"""A batch of changes to the index, and when small segments become one."""

from collections.abc import Iterable

from whoosh.index import FileIndex

from kb.search.codec import ArraySegment, ArrayWriter, postings_of

# Small segments become one in idle time, once four of like size have gathered: never more than so many pages at once,
# which takes about half a second; `rebuild_search` does the rest.
_MERGE_AT = 4
_MERGE_MAX_DOCUMENTS = 2_000
# Where publishing leaves no idle time, a commit merges for itself before searches feel how many there are.
_MERGE_WITHOUT_IDLE_TIME_AT = 24


class IndexWriter:
    """A batch of changes that becomes visible as one commit."""

    def __init__(self, index: FileIndex) -> None:
        self._writer = ArrayWriter(index)
        # Let go of at the end: an error that Whoosh catches keeps its frames, and with them files, until garbage is collected.
        self._postings = [(segment, postings_of(index.storage, segment)) for segment in self._writer.segments]
        self._merged: list[ArraySegment] = []
        self._changed = False

    def replace(self, identifier: str, fields: dict[str, object]) -> None:
        """Put one document, taking the place of an older one with the same identifier."""
        self.remove(identifier)
        self._writer.add_document(**fields)
        self._changed = True

    def remove(self, identifier: str) -> None:
        """Take one document out; an unknown one is no error."""
        self._remove_matching("id", identifier)

    def remove_all(self, django_ct: str | None = None) -> None:
        """Take out every document, or those of one model."""
        if django_ct is not None:
            self._remove_matching("django_ct", django_ct)
            return
        for segment, _postings in self._postings:
            self._remove_from(segment, range(segment.doc_count_all()))

    def _remove_matching(self, field: str, term: str) -> None:
        for segment, postings in self._postings:
            found = postings[field].postings(term) if field in postings else None
            if found is not None:
                self._remove_from(segment, found[0].tolist())

    def _remove_from(self, segment: ArraySegment, numbers: Iterable[int]) -> None:
        for number in numbers:
            if not segment.is_deleted(number):
                segment.delete_document(number)
                self._changed = True

    def merge_small_segments(self) -> None:
        """Write small segments of like size again as one, without what was taken out of them."""
        for segment in small_alike(self._writer.segments):
            self._writer.add_segment(segment)
            self._merged.append(segment)
            self._changed = True

    def commit(self) -> None:
        """Make the batch durable and visible; a batch without changes writes nothing."""
        if not self._changed:
            self.cancel()
            return
        if len(self._writer.segments) >= _MERGE_WITHOUT_IDLE_TIME_AT and not self._merged:
            self.merge_small_segments()
        self._writer.commit(mergetype=self._remaining)
        self._postings.clear()

    def cancel(self) -> None:
        """Forget the batch."""
        self._writer.cancel()
        self._postings.clear()

    def _remaining(self, _writer: ArrayWriter, segments: list[ArraySegment]) -> list[ArraySegment]:
        """Return the segments that stay: neither merged nor empty. Called by Whoosh, as its merge policy."""
        return [one for one in segments if one.doc_count() and one not in self._merged]


def small_alike(segments: Iterable[ArraySegment]) -> list[ArraySegment]:
    """Return the most small segments of like size that may become one; none if there are too few."""
    alive = sorted((s for s in segments if s.doc_count()), key=lambda s: s.doc_count())
    for size in range(len(alive), _MERGE_AT - 1, -1):
        head = alive[:size]
        total = sum(s.doc_count() for s in head)
        # "Of like size": the largest is not bigger than the others together.
        if total <= _MERGE_MAX_DOCUMENTS and head[-1].doc_count() <= total - head[-1].doc_count():
            return head
    return []
