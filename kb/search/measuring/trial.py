"""Search under other weights, in this process alone, for as long as it takes to measure them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from haystack import connections
from haystack.constants import DEFAULT_ALIAS
from haystack.exceptions import SearchBackendError

from kb.search import weights
from kb.search.backend import PortalWhooshBackend
from kb.search.engine import portal_backend


@contextmanager
def weights_tried(changed: Mapping[str, float]) -> Iterator[None]:
    """Let searches of this thread use other weights; those that are in the index get an index of their own, thrown away after.

    Cost    nothing, or the time and disk of a whole rebuild.
    Errors  ValueError for a name that is no weight; SearchBackendError for weights in the index of another engine.
    """
    with weights.trying(**changed):
        if weights.INDEX_WEIGHTS.isdisjoint(changed):
            yield
            return
        if not isinstance(portal_backend(), PortalWhooshBackend):
            raise SearchBackendError("weights that are in the index can be tried on the embedded engine only")
        with TemporaryDirectory(prefix="portal-weights-") as folder, _index_in(folder):
            portal_backend().rebuild(lambda done, total: None)
            yield


@contextmanager
def _index_in(folder: str) -> Iterator[None]:
    """Let this thread's default connection keep its index in another folder."""
    engine, options = connections[DEFAULT_ALIAS], connections.connections_info[DEFAULT_ALIAS]
    connections.connections_info[DEFAULT_ALIAS] = {**options, "PATH": folder}
    connections.reload(DEFAULT_ALIAS)
    try:
        yield
    finally:
        connections.connections_info[DEFAULT_ALIAS] = options
        connections.thread_local.connections[DEFAULT_ALIAS] = engine
