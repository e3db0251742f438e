"""What haystack gives out of the box: its Whoosh backend, its analyzer, its query parser."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from haystack import connections
from haystack.constants import DJANGO_CT, DJANGO_ID, ID
from haystack.query import SearchQuerySet

from kb.search.engine import ARTICLE_CT, identifier_of
from kb.search.measuring.peers import DEPTH
from kb.search.schema import Document

_ALIAS = "measured-default"
# haystack's own size of a batch of update_index.
_BATCH_SIZE = 1000


class HaystackDefault:
    """HAYSTACK_CONNECTIONS as its documentation shows it."""

    title = "haystack's default (Whoosh)"

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        self.open(folder)
        backend = connections[_ALIAS].get_backend()
        remaining = iter(documents)
        while batch := list(islice(remaining, _BATCH_SIZE)):
            backend.update(_Prepared(), batch)

    def open(self, folder: Path) -> None:
        connections.connections_info[_ALIAS] = {
            "ENGINE": "haystack.backends.whoosh_backend.WhooshEngine",
            "PATH": str(folder),
        }
        connections.reload(_ALIAS)

    def ask(self, text: str, language: str) -> list[str]:
        results = SearchQuerySet(using=_ALIAS).auto_query(text).filter(language=language)
        return [result.external_id for result in results[:DEPTH]]


class _Prepared:
    """Stands where haystack expects the SearchIndex: gives the same fields, from a document instead of a page."""

    def full_prepare(self, document: Document) -> dict[str, object]:
        return dict(self._fields(document))

    def _fields(self, document: Document) -> Iterator[tuple[str, object]]:
        yield ID, identifier_of(document.page_id)
        yield DJANGO_CT, ARTICLE_CT
        yield DJANGO_ID, str(document.page_id)
        parts = (document.title, *document.keywords, *document.headings, document.short_answer, document.body)
        yield "text", "\n".join(parts)
        for name in ("title", "short_answer", "language", "article_type", "category_title", "external_id"):
            yield name, getattr(document, name)
        yield "category", ",".join(document.categories)
        yield "product", ",".join(document.products)
