"""gunicorn's threads kept for requests that have arrived: who sends slowly, or nothing at all, waits without one.

gunicorn (27) gives a thread to whoever connects, and reads and writes in it without an end: eight clients that send half a
line each held the whole site. Here a request gathers in the kernel, watched by the one poller, and an answer leaves through
a buffer of the kernel that holds any page. What is larger is read and written in a thread, as long as it goes on.
"""

from __future__ import annotations

import re
import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

# What gathers without being read: any form without files.
GATHERED_BYTES = 32 * 1024
# What an answer may have before its thread waits for the reader; any page.
ANSWER_BYTES = 192 * 1024
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


class PatientWorker(ThreadWorker):
    """Threads for requests that are there. Who is slower than the limits below is cut off; a proxy cuts off later, and better."""

    # For a request to gather; for a standstill while a larger one is read, or its answer written.
    arrival_seconds = 15.0
    # A larger request, after that time, in bytes a second.
    slowest_upload = 5_000

    def init_process(self) -> None:
        """Set the limits of the connections, which inherit them, then work until the end of the process."""
        standstill = struct.pack("ll", int(self.arrival_seconds), int(self.arrival_seconds % 1 * 1_000_000))
        for listener in self.sockets:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, standstill)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, standstill)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWER_BYTES)
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Give a thread to a request that has arrived; let others wait, at most `arrival_seconds`."""
        if conn.data_ready or has_arrived(conn):
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.arrival_seconds
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Look again at a request that has become longer."""
        if has_arrived(conn):
            super().on_pending_socket_readable(conn, client)

    def handle(self, conn: TConn) -> Any:
        """Read and answer a request, in a thread."""
        if not conn.initialized:
            conn.init()
            conn.parser.unreader = PacedUnreader(conn.sock)
        conn.data_ready = False  # for the next request of this connection
        conn.parser.unreader.keep_pace(self.arrival_seconds, self.slowest_upload)
        return super().handle(conn)


class PacedUnreader(SocketUnreader):
    """gunicorn's source of bytes that ends where a client stands still, or sends less than it must."""

    def keep_pace(self, grace_seconds: float, bytes_a_second: int) -> None:
        """Ask of the next request, once the grace is over, this many bytes a second."""
        self._from = time.monotonic() + grace_seconds
        self._pace = bytes_a_second
        self._received = 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next bytes; none at the end, and for who is too slow."""
        try:
            read: bytes = super().chunk(size_hint)
        except BlockingIOError:  # SO_RCVTIMEO
            return b""
        self._received += len(read)
        return read if self._received >= self._pace * (time.monotonic() - self._from) else b""


def has_arrived(conn: TConn) -> bool:
    """Say whether a thread can go on with `conn`: a whole request is there, or as much as gathers, or the client hung up.

    Asks the kernel and takes nothing out.
    """
    if conn.initialized and conn.parser.unreader.buf.getvalue():
        return True
    try:
        seen = conn.sock.recv(GATHERED_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        expected = conn.sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)
        # Woken with less than was waited for: nothing more will come.
        is_there = len(seen) < expected or is_whole(seen)
        # The poller says "readable" again when there is one byte more than now.
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1 if is_there else len(seen) + 1)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return is_there


def is_whole(request: bytes) -> bool:
    """Say whether head and body of a request are there, or GATHERED_BYTES of them."""
    if len(request) >= GATHERED_BYTES:
        return True
    head, end, body = request.partition(b"\r\n\r\n")
    if not end:
        return False
    head += b"\r\n"
    if CHUNKED.search(head):
        return body.endswith(b"0\r\n\r\n")
    length = CONTENT_LENGTH.search(head)
    return length is None or len(body) >= int(length[1])
