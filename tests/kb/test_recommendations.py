"""Recommended articles: from what they come, that each says why, and how little of anybody stands behind them."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from kb import tasks
from kb.models import ArticleViews, CoReading, MaintenanceTask, OrderHelp, ReadArticle, ReadShare, SourceLift
from kb.recommendations import counting
from kb.recommendations.learning import History, K, learn
from kb.recommendations.measuring.evaluation import evaluate
from kb.recommendations.measuring.planted import make_world
from kb.recommendations.scoring import Candidate, Source, best
from kb.selectors.recommendations import recommended_for
from kb.services.reading_history import note_reading
from personalization.consents import PURPOSES
from personalization.models import ConsentRecord
from personalization.preferences import BEHAVIOUR, PERSONALIZATION, OwnedItem
from personalization.services import forget_visitor, withdraw_account_purpose
from tests.factories.kb import make_article, make_category, make_product, restrict
from tests.factories.people import make_user
from tests.factories.personalization import make_visitor, store_preferences
from tests.factories.tracking import event_payload, make_order, shipment_payload

ALLOWED = frozenset({PERSONALIZATION, BEHAVIOUR})
NOTHING = {"products_of": lambda key: (), "topics_of": lambda key: ()}


def readers_of(*articles, count, start=0):
    """So many accounts that allow it and read all of `articles`."""
    users = get_user_model().objects.bulk_create(
        get_user_model()(email=f"nguoi-{number}@example.com") for number in range(start, start + count)
    )
    ConsentRecord.objects.bulk_create(
        ConsentRecord(
            user=user, purpose=key, is_granted=True, wording_version=PURPOSES[key].version, source="preferences"
        )
        for user in users
        for key in sorted(ALLOWED)
    )
    ReadArticle.objects.bulk_create(ReadArticle(user=user, article=article) for user in users for article in articles)
    return users


def titles(visitor):
    return [one.title for one in recommended_for(visitor)]


# --- What is learnt ---


def test_pair_needs_twenty_different_readers_and_more_than_chance():
    others = [History((f"x{number}",)) for number in range(300)]

    def pairs(count, histories=()):
        learnt = learn([*others, *histories, *[History(("a", "b"))] * count], **NOTHING)
        return {(pair.article, pair.other): pair.readers for pair in learnt.pairs}

    assert pairs(K - 1) == {}
    assert pairs(K) == {("a", "b"): K, ("b", "a"): K}
    # Whoever comes back every day is one history, and one reader.
    assert pairs(K - 1, [History(("a", "b", "c", "d"))]) == {("a", "b"): K, ("b", "a"): K}
    # Everybody reads both of them: that says nothing about one for the readers of the other.
    everybody = learn([History(("a", "b"))] * 100, **NOTHING)
    assert everybody.pairs == ()


def test_products_and_topics_count_for_what_readers_prove_and_only_from_twenty_on():
    def lifts(owners):
        others = [History((f"about-{number % 8}",), frozenset({"other"})) for number in range(400)]
        mine = [History(("about-1",), frozenset({"1"}))] * owners
        learnt = learn([*others, *mine], products_of=lambda key: (key[-1],), topics_of=lambda key: ())
        return learnt.lifts

    assert Source.TOPIC not in lifts(50)
    assert learn([History(("a",), frozenset({"1"}))] * (K - 1), **NOTHING).lifts == {}
    # Four hundred who own something that no article is about say that owning tells little.
    assert lifts(0)[Source.PRODUCT] == 1.0


def test_score_is_popularity_times_lifts_and_ties_do_not_wander():
    popular, owned, both = Candidate("a", 0.5), Candidate("b", 0.1, {Source.PRODUCT: 8.0}), Candidate("c", 0.1)

    assert [one.key for one in best([both, popular, owned])] == ["b", "a", "c"]
    assert [one.key for one in best([Candidate("y", 0.0), Candidate("x", 0.0)])] == ["x", "y"]
    assert (owned.source, popular.source) == (Source.PRODUCT, None)


def hits(seed, *, articles, readers, has_structure):
    world = make_world(seed=seed, articles=articles, readers=readers, has_structure=has_structure)
    return evaluate(world.histories, products_of=world.products_of, topics_of=world.topics_of, seed=seed)


def test_planted_structure_is_found_and_none_is_made_up_where_there_is_none():
    found = hits(2, articles=80, readers=1200, has_structure=True)
    made_up = hits(2, articles=80, readers=1200, has_structure=False)

    assert found.ratio >= 1.5
    assert found.popularity > found.random
    assert made_up.ratio == pytest.approx(1, abs=0.1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 6))
def test_same_at_full_size(seed):
    found = hits(seed, articles=400, readers=20_000, has_structure=True)
    made_up = hits(seed, articles=400, readers=20_000, has_structure=False)

    assert found.ratio >= 1.5
    assert made_up.ratio == pytest.approx(1, abs=0.1)


def test_command_prints_both_worlds_and_refuses_too_few_readers(db):
    out = StringIO()
    call_command("evaluate_recommendations", seed=[7], articles=40, readers=200, stdout=out)

    lines = out.getvalue().splitlines()

    assert [line.split()[0] for line in lines[1:]] == ["7", "7"]
    assert "without it" in lines[2]
    for options in ({"readers": 10}, {"stored": True}):
        with pytest.raises(CommandError):
            call_command("evaluate_recommendations", **options, stdout=StringIO())


# --- The night ---


@pytest.fixture
def category(site_tree):
    return make_category(code="bao-hanh")


@pytest.fixture
def product(db):
    return make_product("NM-W85", tasks=[("Vệ sinh lồng giặt", 6)])


@pytest.fixture
def reader(db):
    user = make_user("doc@example.com")
    store_preferences(user, consents=ALLOWED)
    return user


def test_night_counts_those_who_allow_it_and_forgets_who_withdrew(category, reader):
    read, other, third = (make_article(category, title=title) for title in ("đọc rồi", "cùng đọc", "bài ba"))
    users = readers_of(read, other, count=K)
    readers_of(third, count=2 * K, start=100)
    for page in (other, third):
        ArticleViews.objects.create(page=page, day=timezone.localdate(), count=K)
    ArticleViews.objects.create(page=read, day=timezone.localdate(), count=K - 1)
    ArticleViews.objects.create(page=read, day=timezone.localdate() - timedelta(days=60), count=900)

    tasks.count_reading.func()
    note_reading(make_visitor(reader), read.pk)
    (first, *_) = recommended_for(make_visitor(reader))
    assert (first.title, first.source) == ("cùng đọc", Source.CO_READING)
    assert dict(ReadShare.objects.values_list("article_key", "share")) == {
        third.translation_key: K / (3 * K - 1),
        other.translation_key: K / (3 * K - 1),
    }

    ConsentRecord.objects.create(user=users[0], purpose=BEHAVIOUR, is_granted=False, source="preferences")
    ReadArticle.objects.filter(user=reader).delete()
    tasks.count_reading.func()
    assert not CoReading.objects.exists()


def test_pair_of_exactly_twenty_goes_with_the_first_who_withdraws_or_erases(category, reader):
    read, other = (make_article(category, title=title) for title in ("đọc rồi", "cùng đọc"))
    users = readers_of(read, other, count=K + 1)
    readers_of(make_article(category, title="bài ba"), count=2 * K, start=100)
    tasks.count_reading.func()
    note_reading(make_visitor(reader), read.pk)
    assert titles(make_visitor(reader)) == ["cùng đọc"]

    withdraw_account_purpose(users[0], BEHAVIOUR, source="preferences")
    assert set(CoReading.objects.values_list("readers", flat=True)) == {K}
    assert titles(make_visitor(reader)) == ["cùng đọc"]
    withdraw_account_purpose(users[0], BEHAVIOUR, source="preferences")  # again: they are in no pair any more
    assert CoReading.objects.exists()

    forget_visitor(users[1])
    assert not CoReading.objects.exists()
    assert titles(make_visitor(reader)) == []


def test_whoever_withdraws_while_the_night_counts_is_in_no_figure(category, monkeypatch):
    read, other = (make_article(category, title=title) for title in ("đọc rồi", "cùng đọc"))
    users = readers_of(read, other, count=K)
    readers_of(make_article(category, title="bài ba"), count=2 * K, start=100)

    def withdraw_meanwhile(*args, **kwargs):
        withdraw_account_purpose(users[0], BEHAVIOUR, source="preferences")
        return learn(*args, **kwargs)

    monkeypatch.setattr(counting, "learn", withdraw_meanwhile)
    assert len(counting.count_reading().pairs) == 2

    assert not CoReading.objects.exists()


@pytest.mark.parametrize("row", [CoReading(lift=2.0), SourceLift(source="topic", lift=2.0)], ids=["pair", "lift"])
def test_database_itself_refuses_figures_of_fewer_than_twenty(db, row, site_tree):
    row.readers = K - 1
    if isinstance(row, CoReading):
        row.article_key, row.other_key = (page.translation_key for page in (site_tree["vi"], site_tree["vi"]))

    with pytest.raises(IntegrityError, match="nobody_stands_out"), transaction.atomic():
        row.save()


# --- What is recommended, to whom ---


def test_each_source_points_to_its_article_and_says_so(client, category, product, reader):
    topic = make_category(code="may-giat", title="Máy giặt")
    article = {
        name: make_article(
            topic if name == "topic" else category, title=name, products=[product] if name == "owned" else ()
        )
        for name in ("order", "due", "owned", "topic", "read", "together", "unrelated")
    }
    OrderHelp.objects.create(state="attempt_failed", article=article["order"])
    MaintenanceTask.objects.update(article=article["due"])
    CoReading.objects.create(
        article_key=article["read"].translation_key, other_key=article["together"].translation_key, readers=K, lift=6.0
    )
    news = [event_payload("picked_up", event_id="1"), event_payload("attempt_failed", event_id="2")]
    make_order(customer=reader, shipments=[shipment_payload(events=tuple(news))])
    bought = timezone.localdate() - timedelta(days=178)
    store_preferences(reader, consents=ALLOWED, topics=("may-giat",), owned=(OwnedItem("NM-W85", "", bought),))
    note_reading(make_visitor(reader), article["read"].pk)

    found = {one.title: one.source for one in recommended_for(make_visitor(reader))}

    assert list(found) == ["order", "due", "owned", "together", "topic"]
    assert list(found.values()) == [
        Source.ORDER,
        Source.MAINTENANCE,
        Source.PRODUCT,
        Source.CO_READING,
        Source.TOPIC,
    ]
    client.force_login(reader)
    page = client.get("/vi/").text
    for sentence in (
        "Gợi ý cho bạn",
        "Giúp được cho đơn hàng của bạn",
        "Sắp đến hạn bảo dưỡng",
        "Về sản phẩm bạn sở hữu",
        "Hay được đọc cùng bài bạn đã đọc",
        "Thuộc chủ đề bạn chọn",
    ):
        assert sentence in page


@pytest.mark.parametrize(
    "told", [{"topics": ("bao-hanh",)}, {"owned": (OwnedItem("NM-W85"),)}], ids=["topic", "product"]
)
def test_what_is_untold_is_gone_from_the_next_page(category, product, reader, told):
    make_article(category, title="một", products=[product])
    store_preferences(reader, **told)
    assert titles(make_visitor(reader)) == ["một"]

    store_preferences(reader)

    assert titles(make_visitor(reader)) == []


def test_strangers_and_those_who_told_nothing_get_none(category, reader):
    article = make_article(category, title="một")
    ReadShare.objects.create(article_key=article.translation_key, share=1.0)

    assert titles(make_visitor()) == []
    assert titles(make_visitor(reader)) == []


def test_only_what_the_reader_may_read_in_their_language_and_has_not_read(category, reader):
    english = make_category(code="bao-hanh", language="en", title="Warranty")
    closed = make_category(code="noi-bo", title="Nội bộ")
    restrict(closed, "groups")
    store_preferences(reader, consents=ALLOWED, topics=("bao-hanh", "noi-bo", "không-có"))
    for place, title in ((category, "được"), (english, "readable"), (closed, "kín")):
        make_article(place, title=title)
    make_article(category, title="nháp", is_live=False)
    make_article(english, title="cũng được", also_in=[])
    known = make_article(category, title="đọc rồi")
    note_reading(make_visitor(reader), known.pk)

    assert titles(make_visitor(reader)) == ["được"]


def test_popular_articles_fill_the_list_only_beside_a_reason(category, reader):
    popular = make_article(make_category(code="khac", title="Khác"), title="ai cũng đọc")
    make_article(category, title="theo chủ đề")
    store_preferences(reader, topics=("bao-hanh",))
    ReadShare.objects.create(article_key=popular.translation_key, share=0.9)
    ReadShare.objects.create(article_key=category.translation_key, share=0.01)  # the last of the list

    found = recommended_for(make_visitor(reader))

    assert [(one.title, one.source) for one in found] == [("ai cũng đọc", None), ("theo chủ đề", Source.TOPIC)]


def test_one_query_however_many_articles(category, product, reader, django_assert_max_num_queries):
    articles = [make_article(category, title=str(number), products=[product]) for number in range(8)]
    store_preferences(
        reader, consents=ALLOWED, topics=("bao-hanh",), owned=(OwnedItem("NM-W85", "", date(2026, 1, 1)),)
    )
    note_reading(make_visitor(reader), articles[0].pk)
    recommended_for(make_visitor(reader))  # what no visitor changes is kept
    visitor = make_visitor(reader)
    assert visitor.is_personalized
    for key in ("tracking.order_situations", "kb.due_maintenance"):  # other boxes ask the same
        visitor.facts.ask_by_key(key)

    with django_assert_max_num_queries(1):
        assert len(recommended_for(visitor)) == 5
