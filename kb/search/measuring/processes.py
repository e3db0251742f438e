"""One engine in a process of its own, so that its memory and its processor time are its own.

The parent writes one line of JSON, the child answers with one line. Only one child works at any moment.
"""

import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from kb.search.measuring.corpus import read_documents
from kb.search.measuring.evaluation import Answer, JudgedQuery
from kb.search.measuring.peers import Engine, EngineMissing, engine_called
from kb.search.schema import Document

_PROGRAM = "import django; django.setup(); from kb.search.measuring.processes import serve; serve()"
_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Built:
    """What making an index took: seconds, bytes on disk, and the most memory in use meanwhile (bytes)."""

    cpu_seconds: float
    wall_seconds: float
    disk_bytes: int
    peak_bytes: int


@dataclass(frozen=True)
class Memory:
    """Bytes of a process in RAM: all of them, mapped files included; those in no file, which each further process of
    the same work takes again; and all of them before the index was opened, in an empty Django process."""

    resident: int
    in_no_file: int
    empty: int


@dataclass(frozen=True)
class Timed:
    """One answer with both clocks: `answer.took_ms` is processor time, which a busy machine leaves alone."""

    answer: Answer
    wall_ms: float


class EngineProcess(AbstractContextManager["EngineProcess"]):
    """An engine at work elsewhere.

    Errors  EngineMissing if it cannot be measured here; ChildProcessError with its last words if it dies.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.title: str = self._do("choose", name=name, folder=str(folder))

    def build(self, documents: Path, *, seconds: float) -> Built:
        """Make the index from a file of `write_documents`.

        Errors  EngineMissing if after so many seconds it has not yet taken all of them.
        """
        return Built(**self._do("build", documents=str(documents), seconds=seconds))

    def open(self) -> None:
        """Make ready to answer."""
        self._do("open")

    def ask(self, queries: Sequence[JudgedQuery]) -> list[Timed]:
        """Return the answers, in order."""
        rows = self._do("ask", queries=[(query.text, query.language) for query in queries])
        return [
            Timed(Answer(query, tuple(found), cpu_ms), wall_ms)
            for query, (found, cpu_ms, wall_ms) in zip(queries, rows, strict=True)
        ]

    def memory(self) -> Memory:
        """Return the memory in use now."""
        return Memory(**self._do("memory"))

    def __exit__(self, *error: object) -> None:
        self._stdin.close()
        self._process.wait()
        self._stdout.close()

    def __enter__(self) -> Self:
        return self

    @property
    def _stdin(self) -> IO[str]:
        assert self._process.stdin is not None  # noqa: S101 - opened above
        return self._process.stdin

    @property
    def _stdout(self) -> IO[str]:
        assert self._process.stdout is not None  # noqa: S101 - opened above
        return self._process.stdout

    def _do(self, order: str, **arguments: object) -> Any:
        self._stdin.write(json.dumps([order, arguments]) + "\n")
        line = self._stdout.readline()
        if not line:
            raise ChildProcessError(f"the measured engine ended with code {self._process.wait()} at “{order}”")
        result = json.loads(line)
        if "missing" in result:
            self.__exit__()
            raise EngineMissing(result["missing"])
        return result["result"]


class _Server:
    """The child's side: one method for each order."""

    engine: Engine
    folder: Path
    empty_bytes: int

    def choose(self, name: str, folder: str) -> str:
        self.engine, self.folder = engine_called(name), Path(folder)
        return self.engine.title

    def build(self, documents: str, seconds: float) -> dict[str, float]:
        cpu, wall = time.process_time(), time.perf_counter()
        self.engine.build(self.folder, _within(seconds, read_documents(Path(documents)), self.engine.title))
        return {
            "cpu_seconds": time.process_time() - cpu,
            "wall_seconds": time.perf_counter() - wall,
            "disk_bytes": sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()),
            "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }

    def open(self) -> None:
        gc.collect()
        self.empty_bytes = resident_bytes()
        self.engine.open(self.folder)

    def ask(self, queries: Iterable[tuple[str, str]]) -> list[tuple[list[str], float, float]]:
        return [_timed(self.engine.ask, text, language) for text, language in queries]

    def memory(self) -> dict[str, int]:
        gc.collect()
        resident = resident_bytes()
        return {"resident": resident, "in_no_file": resident - file_bytes(), "empty": self.empty_bytes}


def serve() -> None:
    """Answer the parent's orders until it closes the pipe; what an engine prints goes to the standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    server = _Server()
    for line in sys.stdin:
        order, arguments = json.loads(line)
        try:
            result = {"result": getattr(server, order)(**arguments)}
        except EngineMissing as error:
            result = {"missing": str(error)}
        answers.write(json.dumps(result) + "\n")
        answers.flush()


def resident_bytes() -> int:
    """Return the memory of this process that is in RAM, shared pages included; the peak where Linux cannot be asked."""
    try:
        return _pages_of_memory()[1] * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def file_bytes() -> int:
    """Return how much of `resident_bytes` belongs to mapped files; 0 where Linux cannot be asked."""
    try:
        return _pages_of_memory()[2] * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _pages_of_memory() -> list[int]:
    """Return pages of memory as proc(5) counts them: all, in RAM, of those in files, …"""
    return [int(number) for number in Path("/proc/self/statm").read_text().split()]


def _within(seconds: float, documents: Iterable[Document], title: str) -> Iterator[Document]:
    """Yield the documents; EngineMissing, with how far the engine came, where it asks for the next one too late."""
    end = time.monotonic() + seconds
    for number, document in enumerate(documents):
        if time.monotonic() > end:
            raise EngineMissing(
                f"{title} is left out: after {seconds:.0f} s it had taken {number:,} pages into its index "
                f"({time.process_time():.0f} s of processor time)."
            )
        yield document


def _timed(ask: Callable[[str, str], list[str]], text: str, language: str) -> tuple[list[str], float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    found = ask(text, language)
    return found, (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
