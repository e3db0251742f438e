"""The connection to the server: short waits, and every failure as one of the portal's own errors."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from haystack.exceptions import SearchBackendError
from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    ConnectionError,
    NotFoundError,
    TransportError,
)

from kb.search.errors import SearchUnavailable, ServerUnreachable

# After a failure nobody waits for the server again for this long: the database answers meanwhile.
PAUSE_SECONDS = 5.0
_NOT_FOUND, _TOO_MANY_REQUESTS, _SERVER_ERROR = 404, 429, 500

Answer = TypeVar("Answer")


class Server:
    """Calls the server on behalf of all threads of the process."""

    def __init__(self, client: OpenSearch, url: str) -> None:
        self._client = client
        self._url = url
        self._lock = threading.Lock()
        self._silent_until = float("-inf")
        self._major_version: int | None = None

    def ask(self, call: Callable[[OpenSearch], Answer]) -> Answer:
        """Return what the call gives.

        Errors  ServerUnreachable if the server is down, slow, full, or turns us away; for some seconds after that at
                once, so that a dead server does not hold up every request. SearchUnavailable if the index is not
                there. SearchBackendError if the server does not understand us, which is a fault of this program.
        """
        with self._lock:
            if time.monotonic() < self._silent_until:
                raise ServerUnreachable(f"the search server {self._url} did not answer a moment ago")
        try:
            return call(self._client)
        except NotFoundError as error:
            raise SearchUnavailable("there is no search index yet") from error
        except ConnectionError as error:
            with self._lock:
                self._silent_until = time.monotonic() + PAUSE_SECONDS
            raise ServerUnreachable(f"the search server {self._url} does not answer: {error.error}") from error
        except (AuthenticationException, AuthorizationException) as error:
            raise ServerUnreachable(f"the search server {self._url} turns us away: {error.error}") from error
        except TransportError as error:
            raise self._refusal(error.status_code, error.error) from error

    def search(self, index: str, *bodies: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the answers of several searches; one request. Errors as `ask`."""
        lines = [line for body in bodies for line in ({"index": index}, body)]
        answers: list[dict[str, Any]] = self.ask(lambda client: client.msearch(body=lines))["responses"]
        for answer in answers:
            if "error" in answer:
                raise self._refusal(answer["status"], answer["error"])
        return answers

    def _refusal(self, status: int, reason: object) -> Exception:
        if status == _NOT_FOUND:
            return SearchUnavailable("there is no search index yet")
        if status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR:
            return ServerUnreachable(f"the search server {self._url} is not able to answer: {reason}")
        return SearchBackendError(f"the search server does not understand: {reason}")

    def major_version(self) -> int:
        """Return the first number of the server's version; asked once."""
        if self._major_version is None:
            info: dict[str, Any] = self.ask(lambda client: client.info())
            self._major_version = int(info["version"]["number"].split(".")[0])
        return self._major_version
