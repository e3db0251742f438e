"""All vectors in memory, ready to be compared with a question; brought up to date by what is new alone."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from kb.models import ArticleVector
from kb.search.semantic.embedder import Vector
from kb.search.semantic.marks import MarkRestorer, everyday_texts

# As stored: half the size, and the model itself is coarser than that.
STORED = np.dtype("<f2")
# Marks are learnt from this many articles: enough for the language, and no shop's start waits for more.
_LEARNT_ARTICLES = 5000
# A batch is seen when it is committed, which is later than the moment it carries.
_COMMITS_WITHIN = timedelta(minutes=2)


class VectorTable:
    """The vectors of one model, by language. For one thread at a time.

    Cost  1.5 kB of memory an article; comparing takes .1 ms at 1,800 articles.
    """

    def __init__(self, model: str) -> None:
        self.marks = MarkRestorer()
        self.marks.learn(everyday_texts())
        self._model = model
        self._seen_until: datetime | None = None
        self._languages: dict[str, _Rows] = {}
        self._learnt: set[int] = set()

    def refresh(self) -> None:
        """Read vectors that are new since the last time. Those that are gone stay: the index knows nothing of them."""
        rows = ArticleVector.objects.filter(model=self._model).order_by("embedded_at")
        if self._seen_until is not None:
            rows = rows.filter(embedded_at__gte=self._seen_until - _COMMITS_WITHIN)
        found = rows.values_list("article_id", "language", "vector", "passage", "embedded_at")
        for article_id, language, vector, passage, embedded_at in found.iterator(chunk_size=1000):
            self._languages.setdefault(language, _Rows()).put(article_id, np.frombuffer(vector, STORED))
            if language == "vi" and article_id not in self._learnt and len(self._learnt) < _LEARNT_ARTICLES:
                self.marks.learn([passage])
                self._learnt.add(article_id)
            self._seen_until = embedded_at

    def nearest(self, question: Vector, language: str, limit: int) -> tuple[NDArray[np.int64], Vector]:
        """Return (page ids, cosines) of the nearest articles, nearest first."""
        rows = self._languages.get(language)
        if rows is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return rows.nearest(question, limit)


class _Rows:
    """Vectors below one another, with room for more."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._page_ids = np.empty(0, np.int64)
        self._matrix = np.empty((0, 0), np.float32)

    def put(self, page_id: int, vector: NDArray[np.float16]) -> None:
        place = self._places.setdefault(page_id, len(self._places))
        if place >= len(self._matrix):
            room = max(64, 2 * len(self._matrix))
            matrix, page_ids = np.zeros((room, len(vector)), np.float32), np.zeros(room, np.int64)
            matrix[: len(self._matrix), : self._matrix.shape[1]] = self._matrix
            page_ids[: len(self._page_ids)] = self._page_ids
            self._matrix, self._page_ids = matrix, page_ids
        self._matrix[place] = vector
        self._page_ids[place] = page_id

    def nearest(self, question: Vector, limit: int) -> tuple[NDArray[np.int64], Vector]:
        count = len(self._places)
        cosines = self._matrix[:count] @ question
        best = np.argpartition(-cosines, limit)[:limit] if limit < count else np.arange(count)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return self._page_ids[best], cosines[best]
