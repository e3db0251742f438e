"""Search by meaning with a stand-in for the model: what it adds to the words, and that nothing fails by it."""

import logging

import pytest
from django.core.management import CommandError, call_command

from kb import search
from kb.models import ArticlePage, ArticleVector
from kb.search.indexing import drain_outbox
from kb.search.semantic import asking, writing
from kb.search.semantic.asking import Asker
from kb.search.semantic.embedder import EmbedderFailed, the_embedder
from kb.search.semantic.questions import Question
from kb.tasks import drain_index_outbox
from tests.kb.search.conftest import publish_article
from tests.kb.search.fake_embedder import FakeEmbedder

FAKES = "tests.kb.search.fake_embedder"
# The words of the page are "kẹt giấy"; "máy" alone leads to every machine.
OTHER_WORDS = "máy ngậm tờ a4"


@pytest.fixture(autouse=True)
def model(settings, monkeypatch):
    """Switch the stand-in on, working in the thread that asks, so that it sees the test's own data."""
    settings.SEMANTIC = True
    settings.SEMANTIC_EMBEDDER = f"{FAKES}.FakeEmbedder"
    monkeypatch.setattr("kb.search.backend.asker", Asker(run=lambda job, seconds: job()))
    FakeEmbedder.asked.clear()
    the_embedder.cache_clear()
    yield
    the_embedder.cache_clear()


@pytest.fixture
def embedded(shop):
    writing.embed_all()
    FakeEmbedder.asked.clear()
    return shop


def titles(text, language="vi", **filters):
    return [hit.title for hit in search.search(text, language=language, **filters).hits]


def points_by_meaning(text, page):
    explained = search.explain(text, language="vi", page_ids=[page.pk])[page.pk]
    return sum(part.points for part in explained.contributions if part.kind == "meaning")


# What it adds ------------------------------------------------------------------------------------


def test_a_page_is_found_by_what_it_means(embedded, settings):
    with_meaning = titles("thẻ ngậm ngậm")
    settings.SEMANTIC = False

    without = titles("thẻ ngậm ngậm")

    assert embedded.printer.title in with_meaning
    assert embedded.printer.title not in without


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("may in bi ket giay", "máy in bị kẹt giấy"),
        ("Máy in bị kẹt giấy?", "Máy in bị kẹt giấy?"),
        ("máy in bi kẹt giay", "máy in bị kẹt giấy"),  # some marks
        ("mays in bij ketj giaays", "máy in bị kẹt giấy"),  # Telex
        ("may in bi ket giayy", "máy in bị kẹt giấy"),  # a slip; the correction's marks are not the reader's
        ("máy in kẹt giấy khó chịu", "máy in kẹt giấy khó chịu"),
        ("may in ket giay lung tung qua", "máy in kẹt giấy lung tung quá"),  # people say it, no page does
        ("???", "???"),
    ],
)
def test_marks_are_put_back_before_the_model_reads_a_question(embedded, typed, read):
    titles(typed)

    assert FakeEmbedder.asked == [read]


def test_the_restored_question_is_never_shown(embedded):
    page = search.search("may in bi ket giay", language="vi")

    assert page.query == "may in bi ket giay"
    assert page.corrected_query is None


def test_points_of_an_explanation_sum_to_the_score_with_meaning_too(embedded):
    hit = search.search(OTHER_WORDS, language="vi").hits[0]

    explained = search.explain(OTHER_WORDS, language="vi", page_ids=[hit.id])[hit.id]

    assert {"word", "meaning"} <= {part.kind for part in explained.contributions}
    assert sum(part.points for part in explained.contributions) == pytest.approx(hit.score, abs=1e-3)


def test_filters_hold_for_pages_found_by_meaning(embedded):
    found = titles(OTHER_WORDS, category="thanh-toan")

    assert embedded.printer.title not in found


def test_other_languages_are_not_mixed_in(embedded):
    assert embedded.english.title not in titles("máy swallow stuck")


def test_a_page_that_is_private_by_now_is_not_found_by_its_meaning(embedded):
    embedded.printer.unpublish()

    assert embedded.printer.title not in titles(OTHER_WORDS)


def test_where_no_page_shares_a_word_nothing_is_found(embedded):
    assert search.search("zzqx wvvk", language="vi").count == 0


def test_paging_by_meaning_gives_each_hit_once(embedded):
    pages = [search.search(OTHER_WORDS, language="vi", page=n, page_size=2) for n in (1, 2)]

    ids = [hit.id for page in pages for hit in page.hits]

    assert len(ids) == len(set(ids)) == pages[0].count


def test_the_model_is_asked_once_for_a_question(embedded):
    for number in (1, 2, 1):
        search.search(OTHER_WORDS, language="vi", page=number, page_size=1)

    assert len(FakeEmbedder.asked) == 1


def test_suggestions_and_verbatim_searches_never_ask_the_model(embedded):
    search.suggest(OTHER_WORDS, language="vi")
    search.search(OTHER_WORDS, language="vi", is_verbatim=True)

    assert FakeEmbedder.asked == []


def test_the_model_hardly_speaks_where_one_page_says_every_word(embedded):
    own_words, other_words = "máy in bị kẹt giấy", OTHER_WORDS

    share = {}
    for text in (own_words, other_words):
        explained = search.explain(text, language="vi", page_ids=[embedded.printer.pk])[embedded.printer.pk]
        share[text] = points_by_meaning(text, embedded.printer) / explained.score

    assert share[own_words] < 0.05 < share[other_words]


# Nothing fails by it -----------------------------------------------------------------------------


@pytest.mark.parametrize("embedder", [f"{FAKES}.BrokenEmbedder", "nowhere.at.All"])
def test_a_missing_model_leaves_the_words(embedded, settings, embedder, caplog):
    settings.SEMANTIC_EMBEDDER = embedder
    the_embedder.cache_clear()

    with caplog.at_level(logging.WARNING):
        found = [titles("kẹt giấy"), titles("bảo hành")]

    assert [hits[0] for hits in found] == [embedded.printer.title, embedded.warranty.title]
    assert len([record for record in caplog.records if "words alone" in record.message]) == 1


def test_a_slow_model_leaves_the_words(embedded, monkeypatch):
    def too_slow(job, seconds):
        raise TimeoutError

    monkeypatch.setattr("kb.search.backend.asker", Asker(run=too_slow))

    assert titles("kẹt giấy")[0] == embedded.printer.title


def test_a_model_that_keeps_failing_is_left_alone_for_a_while(embedded):
    tries = []

    def fails(job, seconds):
        tries.append(seconds)
        raise EmbedderFailed("torn")

    asker = Asker(run=fails)
    answers = [asker.near(Question("kẹt giấy", "vi")) for _ in range(asking.MAX_FAILURES + 3)]

    assert answers == [None] * len(answers)
    assert len(tries) == asking.MAX_FAILURES


def test_while_the_model_is_loading_questions_are_answered_at_once_and_count_as_no_failure(embedded, monkeypatch):
    tries, meanwhile = [], []
    asker = Asker(run=lambda job, seconds: tries.append(seconds) or job())
    question = Question("kẹt giấy", "vi")
    monkeypatch.setattr(asking.VectorTable, "refresh", lambda table: meanwhile.append(asker.near(question)))

    asker.near(question)

    assert meanwhile == [None]
    assert len(tries) == 1


def test_what_measures_waits_for_the_model(embedded):
    waits = []
    asker = Asker(run=lambda job, seconds: waits.append(seconds) or job())
    question = Question("kẹt giấy", "vi")

    with asker.patiently():
        asker.near(question)
    asker.near(question)

    assert waits[0] > waits[1] == asking.WAIT_SECONDS


def test_a_question_answered_late_is_not_waited_for():
    thread = asking._OneThread()

    with pytest.raises(TimeoutError):
        thread.run(lambda: thread._pool.submit(lambda: None).result(timeout=0.2), 0.01)

    assert thread.run(lambda: "next", 5) == "next"


@pytest.mark.parametrize(
    "text", ["", "\x00", "😀", "a" * 10_000, "<b>kẹt</b> giấy", "ke\u0323\u0302t gia\u0302\u0301y"]
)
def test_odd_questions_do_no_harm(embedded, text):
    search.search(text, language="vi")


# Vectors in the background -----------------------------------------------------------------------


def test_publishing_makes_a_vector_and_a_change_makes_it_anew(shop, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_article("Robot không hút bụi", body="Đổ hộp bụi.")
    first = ArticleVector.objects.get(article=page)

    page.title = "Robot hút bụi yếu"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()

    assert first.model == "fake-1"
    assert ArticleVector.objects.get(article=page).passage.startswith("Robot hút bụi yếu")
    assert not ArticleVector.objects.filter(is_stale=True).exists()


def test_a_new_article_is_found_by_its_meaning_without_a_restart(embedded, django_capture_on_commit_callbacks):
    titles(OTHER_WORDS)
    with django_capture_on_commit_callbacks(execute=True):
        page = publish_article("Khay tờ a4 bị ngậm", body="Gỡ ra.")

    assert points_by_meaning("tờ a4 mắc ở máy", page) > 0


def test_a_text_that_did_not_change_is_not_embedded_again(embedded):
    writing.note_changed([embedded.printer.pk])

    writing.embed_for_a_while()

    assert FakeEmbedder.asked == []
    assert not ArticleVector.objects.filter(is_stale=True).exists()


def test_a_text_that_changes_while_the_model_reads_it_is_read_again(embedded, monkeypatch):
    def retitle(title):
        ArticlePage.objects.filter(pk=embedded.printer.pk).update(title=title)
        writing.note_changed([embedded.printer.pk])

    def embed_slowly(self, text):
        if text.startswith("Tên thứ hai"):
            retitle("Tên thứ ba")
        return self._embed(text)

    monkeypatch.setattr(FakeEmbedder, "embed_passage", embed_slowly)
    retitle("Tên thứ hai")

    writing.embed_for_a_while()

    vector = ArticleVector.objects.get(article=embedded.printer)
    assert vector.passage.startswith("Tên thứ ba")
    assert not vector.is_stale


def test_an_article_that_is_gone_or_private_has_no_vector(embedded, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        embedded.printer.unpublish()
        embedded.washer.delete()
    drain_outbox()
    writing.embed_for_a_while()

    assert not ArticleVector.objects.filter(article_id__in=[embedded.printer.pk, embedded.washer.pk]).exists()


def test_another_model_embeds_everything_anew_and_old_vectors_are_never_compared(embedded, settings, monkeypatch):
    settings.SEMANTIC_EMBEDDER = f"{FAKES}.OtherEmbedder"
    the_embedder.cache_clear()
    monkeypatch.setattr("kb.search.backend.asker", Asker(run=lambda job, seconds: job()))
    before = points_by_meaning(OTHER_WORDS, embedded.printer)

    writing.embed_for_a_while()

    assert before == 0
    assert points_by_meaning(OTHER_WORDS, embedded.printer) > 0
    assert set(ArticleVector.objects.values_list("model", flat=True)) == {"fake-2"}


def test_the_command_goes_on_where_it_was_stopped(embedded, capsys):
    ArticleVector.objects.filter(article=embedded.printer).delete()

    call_command("embed_articles")

    assert len(FakeEmbedder.asked) == 1
    assert "6 of 6 articles" in capsys.readouterr().out


def test_the_command_says_that_the_model_is_off_or_missing(shop, settings):
    settings.SEMANTIC_EMBEDDER = f"{FAKES}.BrokenEmbedder"
    the_embedder.cache_clear()
    with pytest.raises(CommandError, match="the model is missing"):
        call_command("embed_articles")

    settings.SEMANTIC = False
    with pytest.raises(CommandError, match="SEMANTIC=on"):
        call_command("embed_articles")


def test_the_worker_goes_on_without_a_model(shop, settings, caplog):
    settings.SEMANTIC_EMBEDDER = f"{FAKES}.BrokenEmbedder"
    the_embedder.cache_clear()

    drain_index_outbox.enqueue()

    assert "the model is missing" in caplog.text


def test_switched_off_it_asks_nothing_and_makes_nothing(shop, settings):
    settings.SEMANTIC = False

    drain_index_outbox.enqueue()
    titles(OTHER_WORDS)

    assert FakeEmbedder.asked == []
    assert not ArticleVector.objects.exists()


# What operators see ------------------------------------------------------------------------------


def test_readiness_tells_how_far_the_vectors_are(embedded, client):
    ArticleVector.objects.filter(article=embedded.printer).delete()

    assert client.get("/readyz").json()["checks"]["meaning"] == "ok, 5 of 6 articles"


def test_a_missing_model_is_told_and_no_reason_to_be_unready(shop, client, settings):
    settings.SEMANTIC_EMBEDDER = f"{FAKES}.BrokenEmbedder"
    the_embedder.cache_clear()

    assert client.get("/readyz").json()["checks"]["meaning"] == "words alone: the model is missing"
