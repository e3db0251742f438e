"""Clients that send slowly, nothing, or never read: the web server answers the others. Real sockets, real gunicorn, no site."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.portal_process import eventually, free_port

THREADS = 2
SITE = """
from portal.web_worker import PatientWorker

class Impatient(PatientWorker):
    arrival_seconds = 0.5

def application(environ, start_response):
    length = len(environ["wsgi.input"].read())
    padding = "x" * 20_000_000 if environ["PATH_INFO"] == "/large" else ""
    body = f"{padding}{environ['PATH_INFO']} {length};".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""


class Client:
    """A connection whose every byte is under control."""

    def __init__(self, port: int, receive_buffer: int = 0):
        self.socket = socket.socket()
        self.socket.settimeout(20)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))

    def send(self, text: str) -> "Client":
        self.socket.sendall(text.encode())
        return self

    def answer(self) -> str:
        """Read up to the mark at the end of an answer, or what comes before the connection is closed."""
        read = b""
        while not read.endswith(b";"):
            try:
                more = self.socket.recv(65_536)
            except ConnectionResetError:
                break
            if not more:
                break
            read += more
        return read.decode()


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("server")
    (folder / "slow_site.py").write_text(SITE)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "slow_site:application", "--bind", f"127.0.0.1:{port}"]
    options = ["--threads", str(THREADS), "--worker-class", "slow_site.Impatient", "--no-control-socket"]
    environment = {**os.environ, "PYTHONPATH": f"{folder}:{Path.cwd()}"}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([*command, *options], env=environment, stdout=log, stderr=log)
        assert eventually(lambda: can_connect(port), True, seconds=30), (folder / "log").read_text()
        yield port
        server.terminate()
        server.wait(10)


def can_connect(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def get(port: int, path: str = "/") -> str:
    return Client(port).send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").answer()


def test_clients_that_send_half_or_nothing_or_never_read_hold_nobody_up(port):
    post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\nname="
    slow = [
        client
        for _each in range(THREADS + 3)
        for client in (
            Client(port),
            Client(port).send("GET / HT"),
            Client(port).send("GET / HTTP/1.1\r\nHost: a\r\n"),
            Client(port).send(post.format(10)),
            Client(port).send(post.format(2_000_000)),
        )
    ]

    assert get(port, "/meanwhile").endswith("/meanwhile 0;")
    # In the end each is cut off, without an answer.
    assert {client.answer() for client in slow} == {""}
    unread = [Client(port, 2_048).send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n") for _each in range(THREADS + 1)]
    assert get(port, "/afterwards").endswith("/afterwards 0;")
    for client in unread:
        client.socket.close()


@pytest.mark.parametrize(
    ("pieces", "length"),
    [
        (["GE", "T /in-pieces HTTP/1.1\r\nHost", ": a\r\n\r\n"], 0),
        (["POST /in-pieces HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\na", "bc", "def"], 6),
        (
            ["POST /in-pieces HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n", "x" * 100_000, "x" * 200_000],
            300_000,
        ),
        (["POST /in-pieces HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n", "0\r\n\r\n"], 3),
    ],
)
def test_a_request_in_pieces_is_answered_as_a_whole_one(port, pieces, length):
    client = Client(port)
    for piece in pieces:
        client.send(piece)

    answer = client.answer()

    assert answer.startswith("HTTP/1.1 200")
    assert answer.endswith(f"/in-pieces {length};")


def test_one_connection_carries_many_requests_also_sent_at_once(port):
    client = Client(port)
    one = "GET /kept HTTP/1.1\r\nHost: a\r\n\r\n"

    assert all(client.send(one).answer().endswith("/kept 0;") for _each in range(3))
    client.send(one * 2)
    answers = client.answer()
    assert (answers if answers.count("HTTP") == 2 else answers + client.answer()).count("/kept 0;") == 2


def test_a_large_upload_that_comes_to_a_standstill_gives_its_thread_back(port):
    head = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n{'x' * 40_000}"
    stopped = [Client(port).send(head) for _each in range(THREADS)]

    assert get(port).endswith("/ 0;")
    # The site is told that the body ended; what it then says is its own matter.
    assert all(client.answer().endswith("/ 40000;") for client in stopped)


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(port):
    rests = []
    for text in ("", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab"):
        client = Client(port).send(text)
        client.socket.shutdown(socket.SHUT_WR)
        rests.append(client.answer()[-4:])

    # What a body is worth that ends too early is for the site to say.
    assert rests == ["", "", "/ 2;"]
    assert get(port).endswith("/ 0;")
