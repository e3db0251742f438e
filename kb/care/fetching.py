"""Asking another site whether a page is there, without being led into our own network.

A link is typed by an editor or imported, so its host may be anything. The name is looked up once, every address behind
it has to be a public one, and the connection goes to the address that was judged: a name that answers differently the
second time (DNS rebinding) gains nothing. Each redirect is judged anew.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 10
MAX_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
# Some servers answer HEAD wrongly or not at all and GET rightly.
_ASK_AGAIN = {400, 403, 404, 405, 501}
# The page is there, only not for a robot.
_NOT_FOR_ROBOTS = {401, 403, 429}


class Unreachable(Exception):
    """The page cannot be shown to a reader, or must not be asked for; the message says why, for the log."""


def ensure_reachable(address: str) -> None:
    """Return when the page at `address` answers; raises Unreachable.

    Asks HEAD, then GET where HEAD was refused, and never reads a body. Cost: at most 10 seconds for each of at most
    twelve requests.
    """
    for _hop in range(MAX_REDIRECTS + 1):
        status, location = _ask(address)
        if status in REDIRECTS and location:
            address = _joined(address, location)
            continue
        if status < HTTPStatus.BAD_REQUEST or status in _NOT_FOR_ROBOTS:
            return
        raise Unreachable(f"answers {status}")
    raise Unreachable("redirects in a circle")


def _joined(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError as error:
        raise Unreachable("redirects to no address") from error


def _ask(address: str) -> tuple[int, str]:
    """Return status and redirect target of one address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise Unreachable("is no address") from error
    if parts.scheme not in PORTS or not parts.hostname or port not in (None, PORTS[parts.scheme]):
        raise Unreachable("is no ordinary web address")
    ip = public_ip_of(parts.hostname, PORTS[parts.scheme])
    status, location = _exchange("HEAD", parts, ip)
    return _exchange("GET", parts, ip) if status in _ASK_AGAIN else (status, location)


def public_ip_of(host: str, port: int) -> str:
    """Return an address of `host`; raises Unreachable when it has none, or any that is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise Unreachable("has no address") from error
    ips = [str(sockaddr[0]) for _family, _type, _protocol, _name, sockaddr in found]
    if not ips or not all(_is_public(ip) for ip in ips):
        raise Unreachable("is not in the public network")
    return ips[0]


def _is_public(ip: str) -> bool:
    address = ipaddress.ip_address(ip.partition("%")[0])
    # ::ffff:10.0.0.1 is 10.0.0.1, whatever the notation says; so is 2002:a00:1:: (RFC 3056).
    plain = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    # Reserved ranges count as global: 64:ff9b::10.0.0.1 is 10.0.0.1 behind a translating gateway (RFC 6052).
    is_ours = plain.is_multicast or plain.is_reserved or getattr(plain, "is_site_local", False)
    return plain.is_global and not is_ours


def _exchange(method: str, parts: SplitResult, ip: str) -> tuple[int, str]:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Connection(parts.hostname or "", ip, is_secure=parts.scheme == "https")
    try:
        connection.request(
            method,
            path.encode("ascii", "ignore").decode(),
            headers={"User-Agent": f"link check of {settings.SITE_URL}", "Accept": "*/*"},
        )
        response = connection.getresponse()
        return response.status, response.headers.get("Location", "")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        connection.close()


class _Connection(http.client.HTTPConnection):
    """Speaks to `ip` in the name of `host`."""

    def __init__(self, host: str, ip: str, *, is_secure: bool):
        super().__init__(host, PORTS["https" if is_secure else "http"], timeout=TIMEOUT_SECONDS)
        self.ip, self.is_secure = ip, is_secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self.ip, self.port), TIMEOUT_SECONDS)
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
