"""Kills a process in the midst of its work on files, and proves that it was in the midst.

The work runs in a fork. An audit hook of Python's own (no code in the product) sees each thing that it does to files of one folder and
writes it to a pipe before it happens; the fork kills itself before the n-th, or is killed from outside at some moment.
"""

import fcntl
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_DONE = "done"
_CHANGING = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Death:
    """What a process had begun to do to the files when it ended, oldest first: "lock writer.lock", "write x.seg"."""

    operations: tuple[str, ...]
    was_killed: bool

    def was_inside(self, lock: str) -> bool:
        """Say whether it was killed with the lock taken and its work not done."""
        return self.was_killed and f"lock {lock}" in self.operations[:-1] and _DONE not in self.operations


def run_and_kill(
    work: Callable[[], object],
    folder: Path,
    *,
    before: int | None = None,
    after: tuple[str, float] | None = None,
) -> Death:
    """Run `work` in a fork and kill it with SIGKILL.

    before   before its n-th operation on files in `folder`, counted from 0
    after    so many seconds after it takes a lock: ("writer.lock", 0.02)
    Without either it ends by itself. An exception in `work` is an AssertionError here.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_and_exit(work, folder, writing, before)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = b""
        if after is not None:
            lock, seconds = after
            while f"lock {lock}\n".encode() not in told and (more := os.read(reading, 4096)):
                told += more
            select.select([], [], [], seconds)
            os.kill(child, signal.SIGKILL)
        told += pipe.read()
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return Death(tuple(told.decode().splitlines()), os.WIFSIGNALED(status))


def _work_and_exit(work: Callable[[], object], folder: Path, pipe: int, before: int | None) -> None:
    count = 0

    def watch(event: str, arguments: tuple) -> None:
        nonlocal count
        operation = _operation(event, arguments, folder)
        if operation is None:
            return
        os.write(pipe, f"{operation}\n".encode())
        if count == before:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    sys.addaudithook(watch)
    code = 1
    try:
        work()
        os.write(pipe, f"{_DONE}\n".encode())
        code = 0
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def _operation(event: str, arguments: tuple, folder: Path) -> str | None:
    if event == "fcntl.flock":
        descriptor, kind = arguments
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        name = "lock" if kind == fcntl.LOCK_EX else None
    elif event == "open":
        path, _mode, flags = arguments
        name = "write" if flags & _WRITING_FLAGS else None
    else:
        path = arguments[0] if event in _CHANGING else ""
        name = event.removeprefix("os.")
    if name is None or not isinstance(path, str | os.PathLike) or not str(path).startswith(str(folder)):
        return None
    return f"{name} {Path(path).name}"


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long `work` takes undisturbed."""
    started = time.monotonic()
    work()
    return time.monotonic() - started
