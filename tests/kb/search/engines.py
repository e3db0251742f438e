"""The engines that tests run on: an index of their own in a folder, or on a real server."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from kb.search.backend import PortalWhooshBackend
from kb.search.engine import PortalBackend
from portal.settings.search_url import haystack_connection

WHOOSH, OPENSEARCH = "whoosh", "opensearch"
# `make test` takes the first; `make test-scale` the second, against a real server.
ENGINES = [WHOOSH, pytest.param(OPENSEARCH, marks=pytest.mark.scale)]
# What these files promise holds for every engine; the others are about Whoosh's files, or not about search.
CONTRACT = {
    "test_api",
    "test_commands",
    "test_explanation",
    "test_haystack",
    "test_haystack_writing",
    "test_policies_in_search",
    "test_queries",
    "test_results_page",
    "test_snippets",
    "test_visibility",
}


@dataclass(frozen=True)
class Engine:
    """Makes backends whose index belongs to one folder, and gives a folder the index of another."""

    name: str
    backend: Callable[[Path], PortalBackend]
    copy: Callable[[Path, Path], None]
    remove: Callable[[Path], None]


def whoosh_engine() -> Engine:
    """Return the engine that writes into the folders themselves."""

    def backend(folder: Path) -> PortalBackend:
        return PortalWhooshBackend("default", **{**settings.HAYSTACK_CONNECTIONS["default"], "PATH": str(folder)})

    return Engine(WHOOSH, backend, lambda one, other: shutil.copytree(one, other), lambda folder: None)


def opensearch_engine(url: str) -> Engine:
    """Return the engine that gives each folder an index on the server."""
    from opensearchpy import OpenSearch

    from kb.search.opensearch.backend import PortalOpenSearchBackend

    client = OpenSearch([url])

    def name(folder: Path) -> str:
        return f"test-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"

    def backend(folder: Path) -> PortalBackend:
        options = haystack_connection(f"{url.replace('http', 'opensearch', 1)}/{name(folder)}?timeout=10")
        return PortalOpenSearchBackend("default", **options)

    def copy(one: Path, other: Path) -> None:
        backend(other).rebuild(lambda done, total: None)

    def remove(folder: Path) -> None:
        client.indices.delete(index=f"{name(folder)}-generation-*", ignore=[404])

    return Engine(OPENSEARCH, backend, copy, remove)
