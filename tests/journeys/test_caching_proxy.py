"""Two customers and strangers behind a real caching proxy: 100,000 requests in turn, and nobody reads another's page.

The lines that operators are given (docs/operations.md) and those of an impatient one, who keeps whatever he may. Without
an nginx on this machine the test's own cache stands in, which keeps more than any of them.
"""

import getpass
import http.client
import json
import os
import re
import shutil
import subprocess
import threading
import time
from functools import reduce
from operator import add

import pytest
from django.conf import settings

from tests.journeys.portal_process import PortalProcess, eventually, free_port
from tests.security.shared_cache import Answer, Reader, Readings, SharedCache, interleaved

pytestmark = pytest.mark.soak

SEED = 20_261_122
REQUESTS = int(os.environ.get("PROXY_REQUESTS", "100000"))
THREADS = 4
# Short, so that the proxy asks anew some hundred times: by conditions that the site answers with 304.
SHARED_SECONDS = 5
KEPT_FOR_STRANGERS = ("/vi/", "/en/", "/vi/help/", "/vi/products/")
ALIKE_FOR_ALL = ("/robots.txt",)
PATHS = (
    *KEPT_FOR_STRANGERS,
    *ALIKE_FOR_ALL,
    "/vi/orders/",
    "/vi/preferences/",
    "/vi/preferences/data.json",
    "/vi/account/",
)

READERS = """
import json
import django; django.setup()
from django.conf import settings
from django.test import Client
from personalization.preferences import PERSONALIZATION, OwnedItem
from tests.factories.people import make_user
from tests.factories.personalization import store_preferences
from tests.factories.tracking import make_order
for name in ("an", "binh"):
    user = make_user(f"dau{name}@example.com", full_name=f"Dau{name}")
    store_preferences(user, theme="dark", owned=(OwnedItem("NM-W85", f"DAU{name.upper()}"),), consents=frozenset({PERSONALIZATION}))
    make_order(number=f"DAU{name.upper()}-1", customer=user)
    client = Client()
    client.force_login(user)
    marks = [f"dau{name}@", f"Dau{name}", f"DAU{name.upper()}"]
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    print(json.dumps([name, f"{cookie.key}={cookie.value}", marks]))
"""
PUBLISH = """
import django; django.setup()
from portal.models import HomePage
page = HomePage.objects.get(locale__language_code="vi")
page.headline = "Vừa sửa xong"
page.save_revision().publish()
"""
# As an impatient operator would write it: everything that says nothing of a lifetime is kept for a minute.
IMPATIENT = """
proxy_cache_path /var/cache/nginx/portal keys_zone=portal:50m max_size=500m inactive=60m;
server {
    listen 443 ssl;
    location / {
        proxy_pass http://127.0.0.1:8000; proxy_set_header Host $http_host;
        proxy_cache portal; proxy_cache_key $request_uri; proxy_cache_valid any 60s;
        add_header X-Cache $upstream_cache_status;
    }
}
"""
FRAME = """
daemon off; user {user}; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {lines}
}}
"""


def as_told_to_operators() -> dict[str, str]:
    """The two configurations of the operations page: honouring Vary, and looking at our own cookies only."""
    page = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    server, cookies, ours_only = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    inside = "proxy_cache portal;"
    return {"honest": server, "our cookies only": cookies + server.replace(inside, inside + ours_only)}


OPERATORS = {**as_told_to_operators(), "impatient": IMPATIENT}
# The sentence is about the first; the others answer for themselves in a tenth of it.
SHARES = {"honest": REQUESTS, "our cookies only": REQUESTS // 10, "impatient": REQUESTS // 10}


@pytest.fixture(scope="module")
def portal(migrated_data, tmp_path_factory):
    """A site whose operator lets a proxy keep the pages of strangers."""
    data_dir = tmp_path_factory.mktemp("behind-a-proxy")
    shutil.copytree(migrated_data, data_dir, dirs_exist_ok=True)
    said = {"RATE_LIMITS": "off", "SHARED_CACHE_SECONDS": str(SHARED_SECONDS), "TRUSTED_PROXY_COUNT": "1"}
    process = PortalProcess(data_dir, environment=said)
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def readers(portal) -> list[Reader]:
    """Two customers, and strangers with and without a cookie of somebody's statistics."""
    made = portal.run_program(READERS)
    assert made.returncode == 0, made.stderr
    told = [json.loads(line) for line in made.stdout.splitlines() if line.startswith("[")]
    known = [Reader(name, cookie, tuple(marks)) for name, cookie, marks in told]
    return [Reader("stranger", ""), Reader("counted", "_ga=GA1.1.20261122"), *known]


@pytest.fixture(params=list(OPERATORS))
def proxy(request, portal, tmp_path):
    """The operator, a way to ask the proxy before the portal, and a way to read all that it keeps."""
    program = os.environ.get("NGINX") or shutil.which("nginx")
    if program is None:
        cache = SharedCache(by_network(portal.port))
        yield (
            request.param,
            cache.get,
            lambda: "".join(
                answer.body.decode(errors="replace") for rows in cache.kept.values() for _names, _values, answer in rows
            ),
        )
        return
    port = free_port()
    lines = OPERATORS[request.param]
    for told, here in (
        ("/var/cache/nginx/portal", f"{tmp_path}/cache"),
        ("http://127.0.0.1:8000", portal.base_url),
        ("listen 443 ssl", f"listen 127.0.0.1:{port}"),
    ):
        assert told in lines
        lines = lines.replace(told, here)
    (tmp_path / "nginx.conf").write_text(FRAME.format(user=getpass.getuser(), folder=tmp_path, lines=lines))
    # nginx reads a variable of its own name as a list of sockets.
    environment = {key: value for key, value in os.environ.items() if key != "NGINX"}
    process = subprocess.Popen([program, "-p", str(tmp_path), "-c", "nginx.conf", "-e", "error.log"], env=environment)
    assert eventually(lambda: (tmp_path / "pid").exists(), True, seconds=10), (tmp_path / "error.log").read_text()
    yield (
        f"nginx, {request.param}",
        by_network(port),
        lambda: "".join(
            path.read_bytes().decode(errors="replace") for path in (tmp_path / "cache").rglob("*") if path.is_file()
        ),
    )
    process.terminate()
    process.wait(10)


def by_network(port):
    """A way to ask over one connection, kept open; each thread has its own."""
    own = threading.local()

    def send(path, headers):
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            own.connection.request("GET", path, headers=dict(headers))
            response = own.connection.getresponse()
            body = response.read()
        except (http.client.HTTPException, ConnectionError):
            # The server ends a connection after some requests; nobody has read anything yet.
            own.connection.close()
            own.connection.request("GET", path, headers=dict(headers))
            response = own.connection.getresponse()
            body = response.read()
        got = {key.lower(): value for key, value in response.getheaders()}
        # REVALIDATED: the proxy's own copy, after the site has said that it is still right.
        return Answer(response.status, got, body, is_from_cache=got.get("x-cache") in ("HIT", "REVALIDATED"))

    return send


def in_turn(ask, readers, paths, count) -> Readings:
    """What the readers meet who ask for `paths` by turns of chance, from several connections at once."""
    results = [Readings() for _thread in range(THREADS)]
    workers = [
        threading.Thread(target=interleaved, args=(ask, readers, paths, count // THREADS, SEED + at, readings))
        for at, readings in enumerate(results)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return reduce(add, results, Readings())


def test_a_hundred_thousand_requests_through_a_caching_proxy_read_nothing_of_another(
    portal: PortalProcess, readers, proxy, capsys
):
    name, ask, everything_kept = proxy
    count = SHARES[name.removeprefix("nginx, ")]
    style = next(part for part in by_network(portal.port)("/vi/", {}).body.decode().split('"') if part.endswith(".css"))
    alike = {*ALIKE_FOR_ALL, style}
    started = time.monotonic()

    readings = in_turn(ask, readers, [*PATHS, style], count)

    kept, known = everything_kept(), {reader.name for reader in readers if reader.marks}
    with capsys.disabled():
        print(
            f"\nshared cache ({name}): {readings.asked.total():,} requests {dict(readings.asked)} in "
            f"{time.monotonic() - started:.0f} s, {readings.hits.total():,} answered from the cache, of strangers' pages "
            f"{sum(hits for (_reader, path), hits in readings.hits.items() if path in KEPT_FOR_STRANGERS):,}; "
            f"{len(readings.cross_reads)} cross-reads, seed {SEED}"
        )
    assert readings.asked.total() >= count - THREADS
    assert readings.failed == {}
    assert readings.cross_reads == []
    assert not any(mark in kept for reader in readers for mark in reader.marks)
    # Strangers are answered by the proxy, customers never: each of their pages is their own.
    assert all(readings.hits["stranger", path] for path in KEPT_FOR_STRANGERS)
    assert {path for reader, path in readings.hits if reader in known} <= alike
    assert {path for reader, path in readings.unmarked if reader in known} <= alike


def test_what_is_published_shows_through_the_proxy_when_its_seconds_are_over(portal: PortalProcess, proxy):
    name, ask, _everything_kept = proxy
    if not name.startswith("nginx"):
        pytest.skip("the test's own cache keeps for ever; nginx is looked for in the path and in NGINX")
    words = f"Sửa qua {name}"

    def is_shown():
        return words in ask("/vi/", {}).body.decode()

    assert not is_shown()

    assert portal.run_program(PUBLISH.replace("Vừa sửa xong", words)).returncode == 0

    assert words in by_network(portal.port)("/vi/", {}).body.decode(), "at once for whoever asks the site"
    assert eventually(is_shown, True, seconds=SHARED_SECONDS + 5)
