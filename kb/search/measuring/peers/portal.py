"""The portal's own engine, through haystack's public interface."""

from collections.abc import Iterable
from pathlib import Path

from haystack import connections
from haystack.query import SearchQuerySet

from kb.search.backend import PortalWhooshBackend
from kb.search.engine import ARTICLE_CT, identifier_of
from kb.search.measuring.peers import DEPTH
from kb.search.schema import Document, index_fields

_ALIAS = "measured-portal"


class PortalThroughHaystack:
    """What the site itself uses, with an index of its own and no synonyms but the site's."""

    title = "portal, through haystack"

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        backend = self._backend(folder)
        backend.setup()
        with backend.directory.writing() as writer:
            for document in documents:
                identifier = identifier_of(document.page_id)
                writer.replace(identifier, index_fields(document, django_ct=ARTICLE_CT, identifier=identifier))

    def open(self, folder: Path) -> None:
        self._backend(folder).document_count()

    def ask(self, text: str, language: str) -> list[str]:
        results = SearchQuerySet(using=_ALIAS).filter(content=text, language__exact=language)
        return [result.external_id for result in results[:DEPTH]]

    def _backend(self, folder: Path) -> PortalWhooshBackend:
        connections.connections_info[_ALIAS] = {
            "ENGINE": "kb.search.backend.PortalWhooshEngine",
            "PATH": str(folder),
            "SILENTLY_FAIL": False,
        }
        connections.reload(_ALIAS)
        backend = connections[_ALIAS].get_backend()
        assert isinstance(backend, PortalWhooshBackend)  # noqa: S101 - by the setting above
        return backend
