"""Which index is live: an alias that a rebuild switches, and batches that reach the live index and a new one alike.

    NAME                    alias of the live index; all that readers know
    NAME-building           alias of the index that a rebuild is filling
    NAME-generation-<when>  the indices themselves

No lock is held on the server. Each document carries the moment before its page was read from the database as its
version, and the server keeps the highest: whoever read later wins, in whatever order batches arrive. What is removed
leaves its version behind for ten minutes.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from opensearchpy.helpers import streaming_bulk

from kb.search.analyzers import ANALYZER_VERSION
from kb.search.errors import AnalyzerMismatch, SearchUnavailable, ServerUnreachable
from kb.search.opensearch.layout import index_body, layout_fingerprint
from kb.search.opensearch.server import Server

# Building and writing may take the server longer than a reader would wait.
WRITE_SECONDS = 60
_MAX_BULK_BYTES = 8 * 1024 * 1024
# A rebuild that begins or ends while a batch is written makes it look again; two in a row are already rare.
_WRITE_ATTEMPTS = 5
_CONFLICT, _NOT_FOUND = 409, 404
_MOMENT = "%Y%m%d%H%M%S"
_LONGEST_REBUILD = timedelta(hours=6)


@dataclass(frozen=True)
class Action:
    """One document to put (`source`) or to remove (no source), at a version."""

    identifier: str
    version: int
    source: dict[str, Any] | None = None


class Generations:
    """The indices of one SEARCH_URL."""

    def __init__(self, server: Server, name: str, *, replicas: int) -> None:
        self.live = name
        self.building = f"{name}-building"
        self._server = server
        self._replicas = replicas
        self._pattern = f"{name}-generation-*"
        self._is_ours = re.compile(re.escape(f"{name}-generation-") + r"\d{14}-[0-9a-f]{8}").fullmatch

    def check(self) -> None:
        """Raise SearchUnavailable if there is no live index, AnalyzerMismatch if another program made it."""
        live = self._aliases(self.live).get(self.live)
        if live is None:
            raise SearchUnavailable("there is no search index yet")
        _index, meta = live
        if meta.get("analyzer_version") != ANALYZER_VERSION:
            raise AnalyzerMismatch(meta.get("analyzer_version", 0), ANALYZER_VERSION)
        if meta.get("layout") != layout_fingerprint():
            raise SearchUnavailable("the search index has another layout than this program: run rebuild_search")

    def exists(self) -> bool:
        """Say whether there is a live index."""
        return self.live in self._aliases(self.live)

    def is_building(self) -> bool:
        """Say whether a new index is being filled; one begun long ago was left by a rebuild that was killed."""
        found = self._aliases(self.building).get(self.building)
        return found is not None and datetime.now(UTC) - _made_at(found[0]) < _LONGEST_REBUILD

    def made_at(self) -> datetime:
        """Return when the live index was made; SearchUnavailable if there is none."""
        found = self._aliases(self.live).get(self.live)
        if found is None:
            raise SearchUnavailable("there is no search index yet")
        return _made_at(found[0])

    def create(self) -> str:
        """Make an empty index as the one that is being built, and return its name. Leftovers are cleared away."""
        self.remove_unused()
        name = f"{self.live}-generation-{datetime.now(UTC).strftime(_MOMENT)}-{uuid.uuid4().hex[:8]}"
        body = index_body(replicas=self._replicas) | {"aliases": {self.building: {}}}
        self._server.ask(lambda client: client.indices.create(index=name, body=body, request_timeout=WRITE_SECONDS))
        return name

    def switch_to(self, name: str) -> None:
        """Make `name` the live index in one step; the one before stays until the next rebuild, for its readers."""
        actions = [
            {"remove": {"index": self._pattern, "alias": self.live, "must_exist": False}},
            {"remove": {"index": name, "alias": self.building}},
            {"add": {"index": name, "alias": self.live, "is_write_index": True}},
        ]
        self._server.ask(
            lambda client: client.indices.update_aliases(body={"actions": actions}, request_timeout=WRITE_SECONDS)
        )

    def remove_unused(self) -> None:
        """Remove every generation but the live one."""
        known: dict[str, Any] = self._server.ask(
            lambda client: client.indices.get_alias(index=self._pattern, request_timeout=WRITE_SECONDS)
        )
        for name, state in known.items():
            if self._is_ours(name) and self.live not in state["aliases"]:
                self._server.ask(
                    lambda client, name=name: client.indices.delete(  # type: ignore[misc]  # `name` of this turn
                        index=name, ignore_unavailable=True, request_timeout=WRITE_SECONDS
                    )
                )

    def write(self, actions: Sequence[Action]) -> None:
        """Put a batch into the live index and into one that is being built, whichever appears meanwhile.

        Durable and visible when it returns.
        Errors  SearchUnavailable if there is no live index or another program made it.
        """
        if not actions:
            return
        self.check()
        written: set[str] = set()
        for _attempt in range(_WRITE_ATTEMPTS):
            aliases = self._aliases(self.live, self.building)
            missing = [alias for alias, (index, _meta) in aliases.items() if index not in written]
            if not missing:
                return
            for alias in missing:
                written |= self._put(alias, actions, may_be_gone=alias == self.building)
        raise ServerUnreachable("the live search index changes faster than it can be written")

    def fill(self, actions: Sequence[Action]) -> None:
        """Put a batch into the index that is being built; visible once it is finished."""
        self._put(self.building, actions, may_be_gone=False, refresh=False)

    def finish(self, name: str) -> None:
        """Make what was filled visible and switch to it."""
        self._server.ask(lambda client: client.indices.refresh(index=name, request_timeout=WRITE_SECONDS))
        self.switch_to(name)

    def _aliases(self, *names: str) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return, for each alias that exists, its index and what the index says of its maker."""
        found: dict[str, Any] = self._server.ask(
            lambda client: client.indices.get(
                index=",".join(names),
                params={"ignore_unavailable": "true", "filter_path": "*.aliases,*.mappings._meta"},
            )
        )
        return {
            alias: (index, state.get("mappings", {}).get("_meta", {}))
            for index, state in found.items()
            for alias in state.get("aliases", {})
            if alias in names
        }

    def _put(self, alias: str, actions: Iterable[Action], *, may_be_gone: bool, refresh: bool = True) -> set[str]:
        """Send the actions and return the indices they reached; what is newer there already is left as it is."""
        reached: set[str] = set()
        for is_done, item in self._server.ask(
            lambda client: list(
                streaming_bulk(
                    client,
                    (_bulk_action(alias, action) for action in actions),
                    max_chunk_bytes=_MAX_BULK_BYTES,
                    raise_on_error=False,
                    refresh=refresh,
                    require_alias=True,
                    request_timeout=WRITE_SECONDS,
                )
            )
        ):
            [result] = item.values()
            if is_done or _is_harmless(result):
                reached.add(result["_index"])
            elif result["status"] == _NOT_FOUND and may_be_gone:
                return reached
            elif result["status"] == _NOT_FOUND:
                raise SearchUnavailable("there is no search index yet, or another rebuild has replaced it")
            else:
                raise ServerUnreachable(f"the search server did not take {result['_id']}: {result.get('error')}")
        return reached


def _bulk_action(alias: str, action: Action) -> dict[str, Any]:
    common = {"_index": alias, "_id": action.identifier, "version": action.version, "version_type": "external_gte"}
    if action.source is None:
        return {"_op_type": "delete", **common}
    return {"_op_type": "index", **common, "_source": action.source}


def _is_harmless(result: dict[str, Any]) -> bool:
    """Say whether a refusal is none: the server has a newer version, or what is to be removed is not there."""
    if result["status"] == _CONFLICT:
        return True
    return result["status"] == _NOT_FOUND and "error" not in result


def _made_at(name: str) -> datetime:
    return datetime.strptime(name.rsplit("-", 2)[1], _MOMENT).replace(tzinfo=UTC)
