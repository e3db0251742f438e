"""Every engine on the same pages and queries in one run: how good, how fast, how large."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.search.measuring.corpus import Corpus, grown, write_documents
from kb.search.measuring.evaluation import JudgedQuery
from kb.search.measuring.peers import EngineMissing
from kb.search.measuring.processes import Built, EngineProcess, Memory, Timed

# Engines take turns after so many queries: all of them meet the same state of the machine.
_TURN = 25
# A figure from fewer queries says nothing, however slow an engine is.
_AT_LEAST = 50
_SEED = 20261122


@dataclass(frozen=True)
class Run:
    """What one engine did. `answers` are to the first so many of the shuffled queries, as far as its time reached.

    `memory` is that of the process that answered, after its answers.
    """

    name: str
    title: str
    built: Built
    answers: list[Timed]
    memory: Memory


@dataclass(frozen=True)
class Measurement:
    """All engines on so many pages; `left_out` says, in sentences, who could not be measured."""

    page_count: int
    filler_count: int
    runs: list[Run]
    left_out: list[str]


def measure(
    corpus: Corpus,
    page_count: int,
    engines: Sequence[str],
    *,
    seconds: float,
    index_seconds: float,
    start: Callable[[str, Path], EngineProcess] = EngineProcess,
    on_progress: Callable[[str], None] = lambda sentence: None,
) -> Measurement:
    """Build an index with each engine, then put the queries to all of them by turns.

    `page_count` beyond the corpus adds fillers. An engine stops answering when it has used `seconds` of wall time, but not before 50
    queries: the queries are shuffled once, so that the first of them are a fair sample. One that has not taken all pages after
    `index_seconds` is left out at this size. `start` starts an engine.
    """
    queries = list(corpus.queries)
    random.Random(_SEED).shuffle(queries)  # noqa: S311 - a repeatable choice, no secret
    with TemporaryDirectory(prefix="portal-benchmark-") as root:
        documents = Path(root) / "documents.jsonl"
        count = write_documents(grown(corpus.documents, page_count), documents)
        built: dict[str, Built] = {}
        left_out: list[str] = []
        for name in engines:
            on_progress(f"{name}: indexing {count} pages")
            try:
                with start(name, Path(root) / name) as engine:
                    built[name] = engine.build(documents, seconds=index_seconds)
            except EngineMissing as error:
                left_out.append(str(error))
        with ExitStack() as opened:
            asked = {name: opened.enter_context(start(name, Path(root) / name)) for name in built}
            for engine in asked.values():
                engine.open()
            on_progress(f"asking {', '.join(asked)}")
            answers = _ask_by_turns(asked, queries, seconds)
            runs = [_run(name, asked[name], built[name], answers[name]) for name in asked]
    return Measurement(count, count - len(corpus.documents), runs, left_out)


def _ask_by_turns(
    engines: dict[str, EngineProcess], queries: Sequence[JudgedQuery], seconds: float
) -> dict[str, list[Timed]]:
    answers: dict[str, list[Timed]] = {name: [] for name in engines}
    used = dict.fromkeys(engines, 0.0)
    for turn in _turns(queries):
        for name, engine in engines.items():
            if used[name] >= seconds and len(answers[name]) >= _AT_LEAST:
                continue
            found = engine.ask(turn)
            answers[name] += found
            used[name] += sum(one.wall_ms for one in found) / 1000
    return answers


def _turns(queries: Sequence[JudgedQuery]) -> Iterator[Sequence[JudgedQuery]]:
    for start in range(0, len(queries), _TURN):
        yield queries[start : start + _TURN]


def _run(name: str, engine: EngineProcess, built: Built, answers: list[Timed]) -> Run:
    return Run(name, engine.title, built, answers, engine.memory())
