"""Readers and customers at work while articles are republished: nobody may meet an error or an empty result."""

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field

from tests.journeys.portal_process import PortalProcess

QUERIES = ("bảo hành", "bao hanh", "máy in kẹt giấy", "doi tra", "lõi lọc", "dieu hoa khong lanh", "giao hang")

# Runs in a Django process of its own, as an editor's request would.
REPUBLISH = """
import json, sys, time
import django; django.setup()
from kb.models import ArticlePage
pages = list(ArticlePage.objects.live().order_by("pk"))
count, per_second = int(sys.argv[1]), float(sys.argv[2])
started = time.monotonic()
for number in range(count):
    page = pages[number % len(pages)].specific
    page.save_revision().publish()
    time.sleep(max(0.0, started + (number + 1) / per_second - time.monotonic()))
print(json.dumps({"published": count, "seconds": time.monotonic() - started}))
"""


@dataclass
class LoadReport:
    """What the clients met; `problems` is empty when all was well."""

    requests: Counter = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    published: int = 0
    publish_seconds: float = 0.0


def mixed_load(portal: PortalProcess, *, clients: int, publishes: int, per_second: float) -> LoadReport:
    """Let `clients` walk search, article, look-up and home page until `publishes` articles were republished."""
    report = LoadReport()
    lines_before = len(portal.output)
    publisher = subprocess.Popen(
        [sys.executable, "-c", REPUBLISH, str(publishes), str(per_second)],
        env=portal.all_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    done = threading.Event()
    threads = [threading.Thread(target=_walk, args=(portal, number, done, report)) for number in range(clients)]
    for thread in threads:
        thread.start()
    output, errors = publisher.communicate()
    done.set()
    for thread in threads:
        thread.join()
    if publisher.returncode != 0:
        report.problems.append(f"republishing failed: {errors[-2000:]}")
    else:
        result = json.loads(output.splitlines()[-1])
        report.published, report.publish_seconds = result["published"], result["seconds"]
    report.problems += [line for line in portal.output[lines_before:] if "locked" in line or "Traceback" in line]
    return report


def _walk(portal: PortalProcess, number: int, done: threading.Event, report: LoadReport) -> None:
    """One client's round, again and again; the first round is always finished."""
    turn = number
    while True:
        query = QUERIES[turn % len(QUERIES)]
        results = _search(portal, query, report)
        if results:
            _get(portal, "article", results[turn % len(results)]["url"], report)
        _get(portal, "home", "/vi/", report)
        _look_up(portal, turn, report)
        turn += 1
        if done.is_set():
            return


def _search(portal: PortalProcess, query: str, report: LoadReport) -> list[dict]:
    address = "/api/v1/search?" + urllib.parse.urlencode({"q": query, "lang": "vi"})
    body = _get(portal, "search", address, report)
    results = json.loads(body)["results"] if body else []
    if body and not results:
        report.problems.append(f"no result for “{query}”")
    return results


def _look_up(portal: PortalProcess, turn: int, report: LoadReport) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        form = opener.open(portal.base_url + "/vi/orders/", timeout=30).read().decode()
        token = form.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
        data = urllib.parse.urlencode(
            {"csrfmiddlewaretoken": token, "number": "NM-10001", "contact": "an.nguyen@example.com"}
        )
        with opener.open(portal.base_url + "/vi/orders/", data.encode(), timeout=30) as answer:
            if answer.url == portal.base_url + "/vi/orders/":
                report.problems.append(f"look-up {turn}: the order was not shown")
        report.requests["look-up"] += 1
    except (OSError, IndexError) as error:
        report.problems.append(f"look-up {turn}: {error}")


def _get(portal: PortalProcess, kind: str, address: str, report: LoadReport) -> str:
    url = address if address.startswith("http") else portal.base_url + address
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            report.requests[kind] += 1
            return response.read().decode()
    except OSError as error:
        report.problems.append(f"{kind} {address}: {error}")
        return ""


def measure(report: LoadReport, started: float) -> str:
    """Return the report in a line; for people, never asserted."""
    seconds = time.monotonic() - started
    rate = sum(report.requests.values()) / seconds
    return f"{dict(report.requests)} in {seconds:.0f} s ({rate:.1f}/s), {report.published} republished, {len(report.problems)} problems"
