"""The engines that are measured: the portal's own and its peers, each as good as its makers' advice lets it be.

A peer that is made weak proves nothing. What each of them does was chosen on the same queries as the portal's own weights
(docs/adr/0018), and each is given the text folded, since none of them folds đ.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from kb.search.analyzers import fold, normalize, tokens
from kb.search.schema import Document

DEPTH = 10
# name → (module, class); loaded only when it is measured, for a peer may not be installed.
ENGINES = {
    "portal": ("kb.search.measuring.peers.portal", "PortalThroughHaystack"),
    "fts5": ("kb.search.measuring.peers.fts5", "Fts5"),
    "tantivy": ("kb.search.measuring.peers.tantivy", "Tantivy"),
    "default": ("kb.search.measuring.peers.haystack_default", "HaystackDefault"),
}


class Engine(Protocol):
    """One engine with an index in a folder: built by one process, opened and asked by another."""

    title: str

    def build(self, folder: Path, documents: Iterable[Document]) -> None:
        """Make the index in an empty folder, durable when it returns."""

    def open(self, folder: Path) -> None:
        """Make ready to answer."""

    def ask(self, text: str, language: str) -> list[str]:
        """Return the external ids of the best ten pages in `language`, best first."""


class EngineMissing(Exception):
    """This engine cannot be measured here; the message says why."""


def engine_called(name: str) -> Engine:
    """Return an engine by its name in ENGINES.

    Errors  EngineMissing if what it needs is not installed.
    """
    module, attribute = ENGINES[name]
    try:
        engine: Engine = getattr(import_module(module), attribute)()
    except ImportError as error:
        raise EngineMissing(f"{name} is not measured: {error}. pip install -r requirements-dev.txt") from error
    return engine


def folded_words(text: str, language: str) -> list[str]:
    """Return the words of a text without marks, as the peers get it: the portal's own cut, no stems."""
    return [fold(token.surface) for token in tokens(normalize(text), language)]
