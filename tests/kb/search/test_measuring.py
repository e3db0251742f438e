"""bench_search: every engine on the same pages, and what its report says."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from kb.management.commands import bench_search
from kb.search.measuring import benchmark, peers, processes
from kb.search.measuring.corpus import grown, read_corpus, read_documents, write_documents
from kb.search.measuring.report import report
from kb.search.measuring.site import Pace

PAGES = [
    ("ket-giay", "vi", "Máy in bị kẹt giấy", "Mở nắp sau. Kéo giấy theo chiều giấy đi."),
    ("bao-hanh", "vi", "Thời hạn bảo hành", "Giữ hóa đơn để được sửa miễn phí."),
    ("khong-xa", "vi", "Máy giặt không xả nước", "Vệ sinh lưới lọc ở góc dưới."),
    ("paper-jam", "en", "Printer jams", "Pull the jammed paper out."),
]
QUERIES = [
    ("Máy in bị kẹt giấy", "vi", "asis", "ket-giay"),
    ("may in bi ket giay", "vi", "nodia", "ket-giay"),
    ("Máy giặt không xả nước", "vi", "asis", "khong-xa"),
    ("printer jams", "en", "asis", "paper-jam"),
]


@pytest.fixture
def corpus_folder(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    pages = [
        {"id": id, "lang": lang, "section": "s", "kind": "article", "title": title, "headings": [title], "body": body}
        for id, lang, title, body in PAGES
    ]
    queries = [{"q": q, "lang": lang, "variant": form, "rel": [rel], "base": q} for q, lang, form, rel in QUERIES]
    for name, rows in (("pages.jsonl", pages), ("pages.queries.jsonl", queries)):
        (folder / name).write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return folder


class InThisProcess(processes.EngineProcess):
    """The same orders and answers, without a process for each engine."""

    def __init__(self, name, folder):
        self._server = processes._Server()
        self.title = self._do("choose", name=name, folder=str(folder))

    def _do(self, order, **arguments):
        arguments = json.loads(json.dumps(arguments))
        return json.loads(json.dumps(getattr(self._server, order)(**arguments)))

    def __exit__(self, *error):
        pass


@pytest.fixture
def in_this_process(monkeypatch):
    measure = benchmark.measure
    monkeypatch.setattr(bench_search, "measure", lambda *a, **k: measure(*a, **k, start=InThisProcess))


def run(*arguments):
    out = io.StringIO()
    call_command("bench_search", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def row_of(text, beginning):
    [line] = [line for line in text.splitlines() if line.startswith(beginning)]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_engine_answers_the_same_queries_and_the_report_is_kept(db, corpus_folder, in_this_process, tmp_path):
    printed = run("--corpus", str(corpus_folder), "--output", str(tmp_path / "report.md"))

    assert (tmp_path / "report.md").read_text() == printed
    assert row_of(printed, "| queries")[1:] == ["4"] * 4
    assert row_of(printed, "| vi | asis")[2:6] == ["2"] + ["1.000 (1.000)"] * 3
    # The default analyzer knows no other marks than those that were typed.
    assert row_of(printed, "| vi | nodia")[2:] == ["1"] + ["1.000 (1.000)"] * 3 + ["0.000 (0.000)"]
    assert float(row_of(printed, "| portal's p50 / its p50 (processor")[2]) > 0


def test_growing_adds_the_same_fillers_each_time_and_they_answer_nothing(db, corpus_folder, in_this_process, tmp_path):
    corpus = read_corpus(corpus_folder)
    once, again = list(grown(corpus.documents, 9)), list(grown(corpus.documents, 9))

    printed = run(
        "--corpus", str(corpus_folder), "--sizes", "9", "--engines", "fts5", "--output", str(tmp_path / "report.md")
    )

    assert once == again
    assert [page.external_id for page in once[4:]] == [f"filler-{number}" for number in range(5)]
    assert {page.language for page in once[4:]} == {"vi", "en"}
    assert "## 9 pages\n\n5 of them are fillers" in printed


def test_documents_come_back_from_their_file_as_they_were(corpus_folder, tmp_path):
    documents = read_corpus(corpus_folder).documents

    count = write_documents(documents, tmp_path / "documents")

    assert (count, list(read_documents(tmp_path / "documents"))) == (4, documents)


def test_peer_that_is_not_installed_is_a_sentence_in_the_report(
    db, corpus_folder, in_this_process, monkeypatch, tmp_path
):
    monkeypatch.setitem(peers.ENGINES, "tantivy", ("no_such_module", "Tantivy"))

    printed = run(
        "--corpus", str(corpus_folder), "--engines", "fts5", "tantivy", "--output", str(tmp_path / "report.md")
    )

    assert "tantivy is not measured: No module named 'no_such_module'" in printed
    assert row_of(printed, "| queries")[1:] == ["4"]


def test_peer_that_indexes_too_slowly_is_left_out_with_how_far_it_came(db, corpus_folder, in_this_process, tmp_path):
    printed = run(
        *("--corpus", str(corpus_folder), "--engines", "fts5", "--index-seconds", "-1"),
        *("--output", str(tmp_path / "report.md")),
    )

    assert "SQLite FTS5, folded, OR is left out: after -1 s it had taken 0 pages into its index" in printed


def test_pace_of_the_site_stands_in_the_report():
    pace = Pace(1777, [1.0, 2.0], [0.5, 0.7], 9.8, [0.2, 0.4, 1.9], lost_count=0)

    text = report("a test", [], pace)

    assert "3 articles published at 9.8 a second" in text
    assert row_of(text, "| from publish to found")[1:] == ["3", "0.40", "1.90", "1.90"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(("--corpus", "."), "holds no"), ((), "run load_demo"), (("--queries", "none.jsonl"), "cannot be read")],
)
def test_nothing_to_measure_is_a_sentence(db, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


@pytest.mark.soak
def test_an_engine_in_a_process_of_its_own_tells_its_memory(corpus_folder, tmp_path):
    documents = tmp_path / "documents"
    write_documents(read_corpus(corpus_folder).documents, documents)

    with processes.EngineProcess("fts5", tmp_path / "index") as engine:
        built = engine.build(documents, seconds=60)
    with processes.EngineProcess("fts5", tmp_path / "index") as engine:
        engine.open()
        answers = engine.ask(read_corpus(corpus_folder).queries)
        memory = engine.memory()

    assert built.disk_bytes > 0
    assert [timed.answer.rank for timed in answers] == [1, 1, 1, 1]
    assert memory.resident >= memory.empty > 10_000_000
    assert 0 < memory.in_no_file < memory.resident
