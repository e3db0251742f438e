"""Commits and rebuilds that are killed, or run out of space."""

import errno
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

from kb import search
from kb.search.engine import portal_backend
from kb.search.indexing import drain_outbox
from kb.search.rebuild import rebuild_index
from tests.kb.search.kills import Death, run_and_kill, seconds_of
from tests.kb.search.soak import QUESTIONS, tell
from tests.kb.search.soak.editor import Editor


def kill_writers(kills: int, seed: int) -> None:
    """Kill commits and rebuilds by turns: before a drawn operation on a file, or at a drawn moment after the lock is taken."""
    editor = Editor(seed)
    works = {"commit": ("writer.lock", drain_outbox), "rebuild": ("rebuild.lock", rebuild_index)}
    usual = {name: _undisturbed(editor, work) for name, (_lock, work) in works.items()}
    by_kind, where, degraded, outside, problems = Counter(), Counter(), 0, 0, []
    while sum(by_kind.values()) < kills:
        number = sum(by_kind.values())
        kind, way = ("commit", "rebuild")[number % 2], ("operation", "moment")[number // 2 % 2]
        lock, work = works[kind]
        editor.change()
        death = _killed(work, lock, way, *usual[kind], editor.draw)
        for question in QUESTIONS:
            page = search.search(question, language="vi")
            degraded += page.is_degraded
            if not page.hits:
                problems.append(f"kill {number}: nothing found for {question}")
        problems += [f"kill {number} ({kind}, {way}): {problem}" for problem in editor.problems()]
        if death.was_inside(lock):
            by_kind[f"{kind}, at a drawn {way}"] += 1
            where[_place(death.operations[-1])] += 1
        else:
            outside += 1
            assert outside < kills, "nearly every kill falls outside"
    editor.put_all_back()
    tell(kills=by_kind, where=where, outside=outside, degraded=degraded, problems=problems)


def _undisturbed(editor: Editor, work: Callable[[], object]) -> tuple[int, float]:
    """Return how many operations on files the work takes, and how many seconds."""
    editor.change()
    connections.close_all()
    folder = portal_backend().directory.path
    operations = run_and_kill(work, folder).operations
    editor.change()
    return len(operations), seconds_of(work)


def _killed(work: Callable[[], object], lock: str, way: str, count: int, seconds: float, draw: random.Random) -> Death:
    connections.close_all()
    folder = portal_backend().directory.path
    if way == "operation":
        return run_and_kill(work, folder, before=draw.randrange(2, count - 1))
    return run_and_kill(work, folder, after=(lock, draw.uniform(0, seconds * 0.8)))


def _place(operation: str) -> str:
    """Return an operation without what differs each time: "rename CURRENT", "write .seg"."""
    name, _blank, file = operation.partition(" ")
    if file.startswith(("CURRENT", "generation-")):
        return f"{name} {file.split('.')[0].split('-')[0]}"
    return f"{name} {Path(file).suffix.rstrip('0123456789') or file}"


def fill_the_disk(seed: int, ballast: str) -> None:
    """Let commits and rebuilds run out of space at many places, then give it back; the index has a small disk of its own.

    `ballast` is the file beside the index that takes up its room.
    """
    editor = Editor(seed)
    errors, problems, succeeded = Counter(), [], 0
    for work in (drain_outbox, rebuild_index):
        for kilobytes in (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192):
            editor.change()
            with _shortage(kilobytes * 1024, Path(ballast)):
                try:
                    work()
                    succeeded += 1
                except OSError as error:
                    errors[errno.errorcode[error.errno]] += 1
                found = [search.search(question, language="vi") for question in QUESTIONS]
            if not all(page.hits for page in found):
                problems.append(f"{kilobytes} KB: nothing found")
            problems += [f"{work.__name__}, {kilobytes} KB: {problem}" for problem in editor.problems()]
    editor.put_all_back()
    folder = portal_backend().directory.path
    rebuild_index()
    left = [
        one.name for one in folder.rglob("*") if one.is_file() and one.suffix not in (".seg", ".toc", ".sum", ".lock")
    ]
    tell(errors=errors, succeeded=succeeded, problems=problems, left=sorted(left))


@contextmanager
def _shortage(free: int, ballast: Path) -> Iterator[None]:
    """Leave so many bytes on the disk for a while."""
    disk = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, disk.f_bavail * disk.f_frsize - free))
    try:
        yield
    finally:
        ballast.unlink()
