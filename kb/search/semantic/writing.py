"""Vectors of published articles, made in the background after each change and kept in the database.

Nobody waits for them: an article is found by its words at once, and by its meaning when its turn has come. A vector
is due when there is none of the present model, or when the article was indexed again; one whose text is still the
same is only marked as good.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kb.models import ArticlePage, ArticleVector
from kb.search.documents import documents_of
from kb.search.schema import Document
from kb.search.semantic.asking import changes
from kb.search.semantic.embedder import Embedder, EmbedderFailed, is_switched_on, the_embedder
from kb.search.semantic.passages import passage_of
from kb.search.semantic.vectors import STORED

logger = logging.getLogger(__name__)

# Between two tasks of this length the lane serves others.
_TASK_SECONDS = 5.0
_BATCH_SIZE = 20
_ASKED = "kb.search.semantic.embedding-asked"
# If the worker dies with the task, the clock's next drain of the outbox asks again after this.
_ASKED_SECONDS = 120


@dataclass(frozen=True)
class Coverage:
    """How many published articles there are and how many of them have a good vector of the present model."""

    embedded: int
    published: int


def note_changed(page_ids: Iterable[int]) -> None:
    """Note that articles were indexed again, so that their vectors are looked at. Cost: one query."""
    ArticleVector.objects.filter(article_id__in=list(page_ids), is_stale=False).update(is_stale=True)


def ask_for_embedding() -> None:
    """Queue the task that makes vectors, if the model is on, some are due and it does not wait already."""
    from kb.tasks import embed_waiting_articles  # the task needs this module

    if not is_switched_on():
        return
    try:
        is_due = _due(the_embedder()).exists()
    except EmbedderFailed as error:
        logger.warning("Articles are not embedded: %s", error)
        return
    if is_due and cache.add(_ASKED, True, _ASKED_SECONDS):
        embed_waiting_articles.enqueue()


def embed_for_a_while() -> int:
    """Make vectors for some seconds and return how many; asks for the rest by itself. Errors: EmbedderFailed."""
    cache.delete(_ASKED)
    until = time.monotonic() + _TASK_SECONDS
    embedder = the_embedder()
    done = 0
    while time.monotonic() < until and (batch := list(_due(embedder).values_list("pk", flat=True)[:_BATCH_SIZE])):
        done += _embed(batch, embedder, until=until)
    _forget_unpublished()
    ask_for_embedding()
    return done


def embed_all(*, on_progress: Callable[[int, int], None] = lambda done, total: None) -> Coverage:
    """Compare every published article with its vector and make what is missing or out of date.

    Goes on where an earlier run was stopped. Cost: .3 to .6 s for each new text on one core. Errors: EmbedderFailed.
    """
    embedder = the_embedder()
    page_ids = list(ArticlePage.objects.public().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(page_ids), _BATCH_SIZE):
        chosen = page_ids[start : start + _BATCH_SIZE]
        _embed(chosen, embedder)
        on_progress(min(start + _BATCH_SIZE, len(page_ids)), len(page_ids))
    _forget_unpublished()
    return coverage()


def coverage() -> Coverage:
    """Return how far the vectors cover the published articles. Cost: two queries. Errors: EmbedderFailed."""
    public = ArticlePage.objects.public()
    good = ArticleVector.objects.filter(model=the_embedder().name, is_stale=False, article_id__in=public.values("pk"))
    return Coverage(embedded=good.count(), published=public.count())


def state() -> str:
    """Return in a few words, for operators, how search by meaning does. Never raises for a model that is missing."""
    if not is_switched_on():
        return "off"
    try:
        covered = coverage()
    except EmbedderFailed as error:
        return f"words alone: {error}"
    return f"ok, {covered.embedded} of {covered.published} articles"


def _due(embedder: Embedder) -> QuerySet[ArticlePage]:
    good = ArticleVector.objects.filter(model=embedder.name, is_stale=False).values("article_id")
    due: QuerySet[ArticlePage] = ArticlePage.objects.public().exclude(pk__in=good)
    return due


def _embed(page_ids: Sequence[int], embedder: Embedder, *, until: float = float("inf")) -> int:
    """Bring the vectors of some articles up to date and say how many were looked at; stops when the time is over."""
    known = {one.article_id: one for one in ArticleVector.objects.filter(article_id__in=page_ids).defer("vector")}
    made: list[ArticleVector] = []
    good: list[int] = []
    for document in _documents(page_ids):
        if time.monotonic() > until and (made or good):
            break
        old, passage = known.get(document.page_id), passage_of(document)
        if old is not None and old.model == embedder.name and old.passage == passage:
            good.append(document.page_id)
        else:
            made.append(_vector(document, passage, embedder))
    with transaction.atomic():
        # The model took its time. What was rewritten or deleted meanwhile is left to the next round: marked as good
        # now, it would keep the meaning of its old text for good.
        read = {one.article_id: one.passage for one in (*known.values(), *made)}
        now = {
            document.page_id: passage_of(document) for document in _documents([*good, *(m.article_id for m in made)])
        }
        same = {page_id for page_id, passage in now.items() if read[page_id] == passage}
        ArticleVector.objects.filter(article_id__in=same.intersection(good)).update(is_stale=False)
        ArticleVector.objects.bulk_create(
            [one for one in made if one.article_id in same],
            update_conflicts=True,
            unique_fields=["article"],
            update_fields=["model", "language", "passage", "vector", "is_stale", "embedded_at"],
        )
        changes.forget()
    return len(made) + len(good)


def _documents(page_ids: Sequence[int]) -> list[Document]:
    """Return the articles as they are in the database now; those that are gone are left out."""
    return documents_of(list(ArticlePage.objects.filter(pk__in=page_ids).select_related("locale")))


def _vector(document: Document, passage: str, embedder: Embedder) -> ArticleVector:
    return ArticleVector(
        article_id=document.page_id,
        model=embedder.name,
        language=document.language,
        passage=passage,
        vector=embedder.embed_passage(passage).astype(STORED).tobytes(),
        embedded_at=timezone.now(),
    )


def _forget_unpublished() -> None:
    ArticleVector.objects.exclude(article_id__in=ArticlePage.objects.public().values("pk")).delete()
