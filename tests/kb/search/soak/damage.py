"""Files of the index that are cut, emptied, flipped or removed, and how soon it heals."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.db import connections

from kb import search
from kb.models import ArticlePage
from kb.search.engine import portal_backend
from kb.search.rebuild import check_index, rebuild_index
from tests.factories.many import copy_articles
from tests.kb.search.soak import QUESTIONS, tell


def damage_each_file(seed: int) -> None:
    """Cut, empty, flip and remove each file of the index, under a reader that has it open and before one that opens it."""
    draw = random.Random(seed)
    folder = portal_backend().directory.path
    rebuild_index()  # one segment: as many files each time
    files = sorted(path.relative_to(folder).parts[-1] for path in folder.rglob("*") if path.is_file())
    outcomes, problems = Counter(), []
    for place in range(len(files)):
        for damage in ("cut", "empty", "flip", "remove"):
            for reader in ("open", "new"):
                rebuild_index()
                path = sorted(one for one in folder.rglob("*") if one.is_file())[place]
                connections.close_all()
                outcome = _in_a_fork(lambda p=path, d=damage, r=reader: _answers_after(p, d, r, draw.random()))
                outcomes[outcome] += 1
                if outcome not in ("answered", "degraded"):
                    problems.append(f"{path.name}, {damage}, {reader} reader: {outcome}")
    rebuild_index()
    tell(files=len(files), outcomes=outcomes, problems=problems)


def _answers_after(path: Path, damage: str, reader: str, share: float) -> str:
    if reader == "open":
        search.search(QUESTIONS[0], language="vi")
    else:
        portal_backend()._keeper.__init__(portal_backend().directory)
    damage_file(path, damage, share)
    pages = [search.search(question, language="vi") for question in QUESTIONS]
    if not all(page.hits for page in pages):
        return "found nothing"
    rebuild_index()
    healed = search.search(QUESTIONS[0], language="vi")
    if healed.is_degraded or not check_index().is_complete:
        return "did not heal"
    return "degraded" if any(page.is_degraded for page in pages) else "answered"


def damage_file(path: Path, damage: str, share: float) -> None:
    """Cut, empty, flip or remove; `share` is where the flipped bit lies."""
    size = path.stat().st_size
    if damage == "remove":
        path.unlink()
    elif damage == "cut":
        os.truncate(path, size // 2)
    elif damage == "empty":
        os.truncate(path, 0)
    elif size:
        with path.open("r+b") as file:
            file.seek(int(share * size))
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))


def _in_a_fork(work: Callable[[], str]) -> str:
    """Return what `work` returns, run in a fork; how the fork died if it does."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = work()
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        answer = pipe.read()
    _pid, status = os.waitpid(child, 0)
    return f"killed by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else answer


def grow(articles: int) -> None:
    """Add copies until there are so many articles, and tell how long the rebuild takes."""
    copy_articles(articles - ArticlePage.objects.public().count())
    cpu, wall = time.process_time(), time.monotonic()
    count = rebuild_index()
    tell(articles=count, cpu=time.process_time() - cpu, wall=time.monotonic() - wall)


def heal(damage: str, patience: int) -> None:
    """Tear the index and search until it answers in full again; a worker runs beside."""
    [path] = list(portal_backend().directory.path.glob("generation-*/*.seg"))[:1]
    search.search(QUESTIONS[0], language="vi")
    damage_file(path, damage, 0.5)
    started, answers, empty = time.monotonic(), 0, 0
    while True:
        page = search.search(QUESTIONS[answers % len(QUESTIONS)], language="vi")
        answers, empty = answers + 1, empty + (not page.hits)
        if not page.is_degraded or time.monotonic() - started > patience:
            break
        time.sleep(0.2)
    tell(
        healed=not page.is_degraded,
        seconds=time.monotonic() - started,
        degraded_answers=answers - 1,
        empty=empty,
        complete=check_index().is_complete,
    )
