"""SEARCH_URL as haystack's connection."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_SCHEMES = {"opensearch": "http", "opensearch+https": "https"}
_OPTIONS = {"timeout", "replicas", "ca", "verify"}


def haystack_connection(url: str) -> dict[str, Any]:
    """Return the connection for `whoosh:///path`, `opensearch://host:9200/index` or `opensearch+https://user:pw@host/index`.

    Options after "?": `timeout` seconds a reader waits (1.5), `replicas` of the index (0), `ca` a file with the
    certificate authority, `verify=off` for a test server with a certificate of its own making.
    Errors  ImproperlyConfigured with a sentence; it never repeats a password.
    """
    if url.startswith("whoosh://"):
        return {
            "ENGINE": "kb.search.backend.PortalWhooshEngine",
            "PATH": url.removeprefix("whoosh://"),
            "SILENTLY_FAIL": False,
        }
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise ImproperlyConfigured(
            "SEARCH_URL begins with whoosh://, opensearch:// or opensearch+https://, "
            f"not with {parts.scheme or 'nothing of the kind'}."
        )
    index = parts.path.strip("/")
    if not parts.hostname or not index or "/" in index or index != index.lower():
        raise ImproperlyConfigured("SEARCH_URL names a host and an index in lower case: opensearch://host:9200/portal")
    options = _options(parts.query)
    client: dict[str, Any] = {"max_retries": 0, "retry_on_timeout": False, "http_compress": True, "pool_maxsize": 16}
    if parts.username:
        client["http_auth"] = (unquote(parts.username), unquote(parts.password or ""))
    if parts.scheme == "opensearch+https":
        client["verify_certs"] = options.get("verify") != "off"
        if "ca" in options:
            client["ca_certs"] = options["ca"]
    address = f"{_SCHEMES[parts.scheme]}://{parts.hostname}:{_port(parts)}"
    return {
        "ENGINE": "kb.search.opensearch.backend.PortalOpenSearchEngine",
        "URL": address,
        "INDEX_NAME": index,
        "TIMEOUT": _number("timeout", options.get("timeout", "1.5"), float),
        "REPLICAS": _number("replicas", options.get("replicas", "0"), int),
        "KWARGS": client,
        "SILENTLY_FAIL": False,
    }


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or 9200
    except ValueError as error:
        raise ImproperlyConfigured("SEARCH_URL: the port is a number up to 65535.") from error


def require_packages(connection: dict[str, Any]) -> None:
    """Raise ImproperlyConfigured if the connection needs packages that are not installed."""
    if "URL" in connection and find_spec("django_haystack_opensearch") is None:
        raise ImproperlyConfigured(
            "SEARCH_URL names a search server; its packages are missing: "
            ".venv/bin/pip install --require-hashes -r requirements-scale.txt"
        )


def _options(query: str) -> dict[str, str]:
    options = {name: values[-1] for name, values in parse_qs(query).items()}
    unknown = sorted(options.keys() - _OPTIONS)
    if unknown:
        raise ImproperlyConfigured(
            f"SEARCH_URL has no option {', '.join(unknown)}; there are {', '.join(sorted(_OPTIONS))}."
        )
    return options


def _number(name: str, value: str, kind: type[float] | type[int]) -> float | int:
    try:
        number = kind(value)
    except ValueError:
        number = -1
    if number < 0:
        raise ImproperlyConfigured(f"SEARCH_URL: {name} is a number, not {value!r}.")
    return number
