"""A shared cache between site and readers, as RFC 9111 allows one, and readers who must not meet each other in it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

# Without an explicit lifetime a cache may choose one (RFC 9111, 4.2.2): this one always does.
_NOT_TO_BE_KEPT = ("no-store", "private", "no-cache")


@dataclass(frozen=True)
class Answer:
    """What came back, headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_from_cache: bool = False


Send = Callable[[str, Mapping[str, str]], Answer]


@dataclass
class SharedCache:
    """Keeps whatever the standard does not forbid, for everybody, as long as the test runs.

    It keeps answers without a lifetime and answers that set cookies, which careful caches leave out.
    """

    send: Send
    kept: dict[str, list[tuple[tuple[str, ...], dict[str, str], Answer]]] = field(default_factory=dict)

    def get(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Return a kept answer whose Vary agrees with `headers`, else ask the site."""
        for names, values, answer in self.kept.get(path, []):
            if all(headers.get(name, "") == values[name] for name in names):
                return Answer(answer.status, answer.headers, answer.body, is_from_cache=True)
        answer = self.send(path, headers)
        control = answer.headers.get("cache-control", "").lower()
        names = tuple(name.strip().lower() for name in answer.headers.get("vary", "").split(",") if name.strip())
        if answer.status == 200 and "*" not in names and not any(word in control for word in _NOT_TO_BE_KEPT):
            self.kept.setdefault(path, []).append((names, {name: headers.get(name, "") for name in names}, answer))
        return answer


@dataclass(frozen=True)
class Reader:
    """Somebody with `cookie` whose pages hold `marks`, and nobody else's may."""

    name: str
    cookie: str
    marks: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": self.cookie} if self.cookie else {}


@dataclass
class Readings:
    """What the readers met."""

    cross_reads: list[str] = field(default_factory=list)
    asked: Counter = field(default_factory=Counter)
    own_marks: Counter = field(default_factory=Counter)
    # (reader, path): answered by the cache; answered with none of the reader's own marks.
    hits: Counter = field(default_factory=Counter)
    unmarked: Counter = field(default_factory=Counter)
    failed: Counter = field(default_factory=Counter)

    def note(self, reader: Reader, path: str, answer: Answer, readers: Sequence[Reader]) -> None:
        text = answer.body.decode(errors="replace")
        self.asked[reader.name] += 1
        self.failed[f"{path}: {answer.status}"] += answer.status >= 400
        self.hits[reader.name, path] += answer.is_from_cache
        is_marked = any(mark in text for mark in reader.marks)
        self.own_marks[reader.name] += is_marked
        self.unmarked[reader.name, path] += not is_marked
        if answer.is_from_cache and "set-cookie" in answer.headers:
            self.cross_reads.append(f"{reader.name} was given a cookie by the cache at {path}")
        for other in readers:
            if other is not reader and any(mark in text for mark in other.marks):
                self.cross_reads.append(f"{reader.name} met {other.name} at {path}")

    def __add__(self, other: Readings) -> Readings:
        """Return what both met, without what never happened."""
        return Readings(
            self.cross_reads + other.cross_reads,
            *(
                getattr(self, name) + getattr(other, name)
                for name in ("asked", "own_marks", "hits", "unmarked", "failed")
            ),
        )


def interleaved(
    get: Send, readers: Sequence[Reader], paths: Sequence[str], count: int, seed: int, readings: Readings
) -> None:
    """Let `readers` ask for `paths` in an order of chance, `count` times in all."""
    chance = random.Random(seed)
    for _turn in range(count):
        reader, path = chance.choice(readers), chance.choice(paths)
        readings.note(reader, path, get(path, reader.headers), readers)
