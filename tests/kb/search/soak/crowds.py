"""Several processes at the index at once."""

import json
import os
import time

from django.db import connections

from kb import search
from kb.models import ArticlePage
from kb.search.engine import portal_backend
from kb.search.rebuild import check_index, rebuild_index
from tests.kb.search.soak import QUESTIONS, tell


def three_writers(rounds: int) -> None:
    """Let three processes want the lock at once, each for as many commits."""
    ids = list(ArticlePage.objects.public().values_list("pk", flat=True))
    connections.close_all()
    children, pipes = [], []
    for writer in range(3):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            waits = []
            for number in range(rounds):
                chosen = ids[(writer * 7 + number) % len(ids) :][:5]
                started = time.monotonic()
                portal_backend().write(chosen)
                waits.append(time.monotonic() - started)
            os.write(writing, json.dumps(waits).encode())
            os._exit(0)
        os.close(writing)
        children.append(child)
        pipes.append(reading)
    seconds = []
    for reading in pipes:
        with os.fdopen(reading) as pipe:
            seconds.append(json.loads(pipe.read()))
    for child in children:
        os.waitpid(child, 0)
    backend = portal_backend()
    doubled = backend.document_count() - len(backend.indexed_ids())
    everyone = sorted(second for one in seconds for second in one)
    tell(
        commits=[len(one) for one in seconds],
        median=everyone[len(everyone) // 2],
        slowest=everyone[-1],
        complete=check_index().is_complete,
        doubled=doubled,
    )


def search_during_rebuilds(searches: int) -> None:
    """Search without pause while another process rebuilds again and again."""
    connections.close_all()
    builder = os.fork()
    if builder == 0:
        while True:
            rebuild_index()
    generations, empty, degraded, slowest = set(), 0, 0, 0.0
    folder = portal_backend().directory
    try:
        for number in range(searches):
            started = time.process_time()
            page = search.search(QUESTIONS[number % len(QUESTIONS)], language="vi")
            slowest = max(slowest, time.process_time() - started)
            empty += not page.hits
            degraded += page.is_degraded
            generations.add(folder.current().generation)
    finally:
        os.kill(builder, 9)
        os.waitpid(builder, 0)
    tell(searches=searches, rebuilds=len(generations) - 1, empty=empty, degraded=degraded, slowest_ms=slowest * 1000)
