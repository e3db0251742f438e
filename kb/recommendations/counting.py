"""The nightly count: from the histories of readers who allow it, and from the views of everybody, to a few figures.

Counted anew each night from what is kept at that moment, and one reader counts once for a pair however often they read it.
Whoever withdraws while the count is under way is taken off every figure before it is written; whoever withdraws later takes
one reader off the pairs of theirs at once (`leave_pairs`). So there is no moment at which fewer than K stand behind one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from wagtail.models import Page

from kb import kept_lists
from kb.models import ArticlePage, ArticleViews, CategoryPage, CoReading, ReadArticle, ReadShare, SourceLift
from kb.recommendations.learning import History, K, Learnt, learn
from kb.recommendations.model import snapshot
from personalization.preferences import BEHAVIOUR, NOTHING_STORED
from personalization.selectors import accounts_allowing, chosen_by

POPULAR_DAYS = timedelta(days=30)
# Of the others a reader does not see whether they are the 501st or the last.
MOST_SHARES = 500
BATCH = 1_000

CodesOf = Callable[[UUID], frozenset[str]]


def count_reading() -> Learnt[UUID]:
    """Learn from all histories and write the figures in place of those of the night before, in one transaction.

    Cost: ten queries, two for each 1,000 readers, and the writing. 100,000 readers of 27 of 10,000 articles each: 12 s of one core, 0.7 GB.
    """
    histories = kept_histories()
    learnt = learn(list(histories.values()), products_of=products_of_articles(), topics_of=topics_of_articles())
    with transaction.atomic():
        # Nobody knows which figures they were in without reading all of it again; off each of them errs on the safe side.
        gone = len(histories.keys() - _readers_now())
        for model in (ReadShare, CoReading, SourceLift):
            model._default_manager.all().delete()
        ReadShare.objects.bulk_create(_shares(), batch_size=BATCH)
        CoReading.objects.bulk_create(
            (
                CoReading(article_key=one.article, other_key=one.other, readers=one.readers - gone, lift=one.lift)
                for one in learnt.pairs
                if one.readers - gone >= K
            ),
            batch_size=BATCH,
        )
        SourceLift.objects.bulk_create(
            SourceLift(source=source.value, readers=learnt.readers_behind[source] - gone, lift=lift)
            for source, lift in learnt.lifts.items()
            if learnt.readers_behind[source] - gone >= K
        )
        snapshot.forget()
        kept_lists.forget()
    return learnt


def leave_pairs(user: AbstractBaseUser) -> None:
    """Take `user`, whose history is about to go, off the pairs of what they read; a pair that then has fewer than K goes.

    A pair is also left that they read since the last count and are not in: less is shown until the next night. Three queries.
    """
    read = ReadArticle.objects.filter(user_id=user.pk).values_list("article__translation_key", flat=True)
    keys = set(read)
    pairs = CoReading.objects.filter(article_key__in=keys, other_key__in=keys)
    pairs.filter(readers__lte=K).delete()
    pairs.update(readers=F("readers") - 1)
    # Pages keep the pairs that they have looked up.
    kept_lists.forget()


def _readers_now() -> set[int]:
    """Return whose history is kept and allowed at this moment."""
    kept = ReadArticle.objects.order_by().values_list("user_id", flat=True).distinct()
    return set(kept) & accounts_allowing(BEHAVIOUR)


def kept_histories() -> dict[int, History[UUID]]:
    """Return by account what each one read that allows it at this moment, the latest last, with what it told us."""
    allowed = accounts_allowing(BEHAVIOUR)
    chosen = chosen_by(allowed)
    # One object for each article: a hundred thousand readers hold millions of these.
    same: dict[UUID, UUID] = {}
    histories = {}
    rows = ReadArticle.objects.order_by("user_id", "read_at", "pk").values_list("user_id", "article__translation_key")
    for user_id, read in groupby(rows.iterator(), key=itemgetter(0)):
        if user_id in allowed:
            told = chosen.get(user_id, NOTHING_STORED)
            keys = tuple(dict.fromkeys(same.setdefault(key, key) for _user, key in read))
            histories[user_id] = History(keys, frozenset(told.owned_products), frozenset(told.topics))
    return histories


def products_of_articles() -> CodesOf:
    """Return the codes of the products that an article, or a translation of it, is about. One query."""
    codes: defaultdict[UUID, set[str]] = defaultdict(set)
    links = ArticlePage.products.through.objects.values_list("articlepage__translation_key", "product__code")
    for key, code in links.iterator():
        codes[key].add(code)
    return lambda key: frozenset(codes.get(key, ()))


def topics_of_articles() -> CodesOf:
    """Return the codes of the categories above an article, of any language, and of those that also list it. Three queries."""
    code_at = dict(CategoryPage.objects.values_list("path", "code"))
    codes: defaultdict[UUID, set[str]] = defaultdict(set)
    for key, path in (
        ArticlePage.objects.filter(read_by__isnull=False).values_list("translation_key", "path").distinct()
    ):
        codes[key] |= _codes_above(path, code_at)
    links = ArticlePage.also_in.through.objects.values_list("articlepage__translation_key", "categorypage__path")
    for key, path in links.iterator():
        codes[key] |= _codes_above(path, code_at)
    return lambda key: frozenset(codes.get(key, ()))


def _codes_above(path: str, code_at: dict[str, str]) -> set[str]:
    prefixes = (path[:length] for length in range(Page.steplen, len(path) + 1, Page.steplen))
    return {code_at[prefix] for prefix in prefixes if prefix in code_at}


def _shares() -> list[ReadShare]:
    since = timezone.localdate() - POPULAR_DAYS
    views = ArticleViews.objects.filter(day__gte=since).order_by().values("page__translation_key")
    counted = list(views.annotate(views=Sum("count")).values_list("page__translation_key", "views"))
    total = sum(count for _key, count in counted) or 1
    most = sorted(counted, key=lambda one: (-one[1], str(one[0])))[:MOST_SHARES]
    # Of what few opened nobody shall be told that many read it.
    return [ReadShare(article_key=key, share=count / total) for key, count in most if count >= K]
