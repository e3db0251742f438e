"""Two customers and strangers behind a real caching proxy: 100,000 requests in turn, and nobody reads another's page."""

import getpass
import http.client
import json
import os
import shutil
import subprocess
import threading
import time
from collections import Counter

import pytest

from tests.journeys.portal_process import PortalProcess, eventually, free_port
from tests.security.shared_cache import Answer, Reader, Readings, SharedCache, interleaved

SEED = 20_261_122
PATHS = (
    "/vi/",
    "/en/",
    "/vi/help/",
    "/vi/orders/",
    "/vi/preferences/",
    "/vi/preferences/data.json",
    "/vi/account/",
    "/robots.txt",
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
# As an impatient operator would write it: everything that says nothing of a lifetime is kept for a minute.
NGINX = """
daemon off; user {user}; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  proxy_cache_path {folder}/cache keys_zone=all:50m max_size=500m inactive=60m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{site}; proxy_set_header Host $http_host;
      proxy_cache all; proxy_cache_key $request_uri; proxy_cache_valid any 60s;
      add_header X-Kept $upstream_cache_status;
    }}
  }}
}}
"""


@pytest.fixture
def nginx(portal, tmp_path):
    """A real caching proxy before the portal, and its port; without one on this machine the test's own cache stands in."""
    program = os.environ.get("NGINX") or shutil.which("nginx")
    if program is None:
        yield None
        return
    port = free_port()
    (tmp_path / "nginx.conf").write_text(
        NGINX.format(user=getpass.getuser(), folder=tmp_path, port=port, site=portal.port)
    )
    process = subprocess.Popen([program, "-p", str(tmp_path), "-c", "nginx.conf", "-e", "error.log"])
    assert eventually(lambda: (tmp_path / "pid").exists(), True, seconds=10)
    yield port, tmp_path / "cache"
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
        return Answer(response.status, got, body, is_from_cache=got.get("x-kept") == "HIT")

    return send


@pytest.mark.soak
def test_a_hundred_thousand_requests_through_a_caching_proxy_read_nothing_of_another(
    portal: PortalProcess, nginx, capsys
):
    count, threads = int(os.environ.get("PROXY_REQUESTS", "100000")), 4
    made = portal.run_program(READERS)
    assert made.returncode == 0, made.stderr
    told = [json.loads(line) for line in made.stdout.splitlines() if line.startswith("[")]
    readers = [Reader("stranger", ""), *(Reader(name, cookie, tuple(marks)) for name, cookie, marks in told)]
    style = next(part for part in by_network(portal.port)("/vi/", {}).body.decode().split('"') if part.endswith(".css"))
    paths = [*PATHS, style]
    ask = by_network(nginx[0]) if nginx else SharedCache(by_network(portal.port)).get
    results = [Readings() for _thread in range(threads)]
    started = time.monotonic()

    workers = [
        threading.Thread(target=interleaved, args=(ask, readers, paths, count // threads, SEED + at, readings))
        for at, readings in enumerate(results)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    asked = sum(sum(readings.asked.values()) for readings in results)
    kept = sum(readings.from_cache for readings in results)
    crossed = [one for readings in results for one in readings.cross_reads]
    with capsys.disabled():
        what = "nginx" if nginx else "the test's own cache"
        print(
            f"\nshared cache ({what}): {asked:,} requests of {len(readers)} readers in {time.monotonic() - started:.0f} s, "
            f"{kept:,} answered from the cache, {len(crossed)} cross-reads"
        )
    assert asked >= count - threads
    assert sum((+readings.failed for readings in results), Counter()) == {}
    assert crossed == []
    assert kept
    assert all(sum(readings.own_marks[reader.name] for readings in results) for reader in readers if reader.marks)
    if nginx:
        files = b"".join(path.read_bytes() for path in nginx[1].rglob("*") if path.is_file()).decode(errors="replace")
        assert not any(mark in files for reader in readers for mark in reader.marks)
