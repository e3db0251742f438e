"""Segments: what a rule says, for whom it holds, why it holds for nobody, and how many accounts belong to it."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone, translation

from personalization import facts, registry
from personalization.consents import PURPOSES
from personalization.fact_rules import CountRule, DaysRule, FlagRule
from personalization.facts import fact
from personalization.models import ConsentRecord
from personalization.preferences import PERSONALIZATION, OwnedItem
from personalization.segments import selectors
from personalization.segments.counting import count_accounts, store_counts
from personalization.segments.models import Segment
from personalization.segments.problems import problems_of
from personalization.segments.rules import Rules, read, write
from tests.factories.personalization import make_guest_cookie, make_user, make_visitor, store_preferences
from tests.factories.segments import OWNS_R9, OWNS_W85, make_rules, make_segment

pytestmark = pytest.mark.django_db

R9, W85 = OwnedItem("NM-R9"), OwnedItem("NM-W85")
VALUES = {"late": True, "orders": 0, "due": {}}


@pytest.fixture
def rich_registry(fake_registry, monkeypatch):
    """A flag, a count and days beside topics and products; every visitor and account has the values of VALUES."""
    monkeypatch.setattr("tests.personalization.test_segments.VALUES", dict(VALUES))

    def declare(key, default, rule):
        name = key.partition(".")[2]
        fact(key, description=f"Bạn: {name}", default=default, for_guests=name != "account", rule=rule)(
            lambda visitor: VALUES[name]
        )

    def many(name):
        return lambda accounts: dict.fromkeys(accounts.ids, VALUES[name])

    declare("fake.late", False, FlagRule(label="Giao trễ", yes="có đơn trễ", no="không có đơn trễ", many=many("late")))
    declare("fake.orders", 0, CountRule(label="Đơn", noun="đơn đang giao", many=many("orders")))
    declare("fake.due", {}, DaysRule(label="Hạn", noun="lõi lọc đến hạn", choices="products", many=many("due")))


def includes(segment, **choices):
    return make_visitor(cookie=make_guest_cookie(**choices)).audience.includes(segment.pk)


def condition(name, operator, **value):
    return {"fact": f"fake.{name}", "operator": operator, **value}


def test_rule_reads_as_a_sentence_in_both_languages(rich_registry):
    segment = make_segment("A", OWNS_R9, condition("due", "within", number=14))

    assert selectors.sentence(segment) == "sở hữu Máy lọc R9 VÀ có lõi lọc đến hạn trong 14 ngày tới"
    with translation.override("en"):
        assert selectors.sentence(segment) == "owns Máy lọc R9 AND has lõi lọc đến hạn within 14 days"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (condition("late", "is_not"), "không có đơn trễ"),
        (condition("orders", "at_least", number=1), "có đơn đang giao"),
        (condition("orders", "at_least", number=2), "có ít nhất 2 đơn đang giao"),
        (condition("orders", "at_most", number=0), "không có đơn đang giao"),
        ({**OWNS_R9, "operator": "none_of", "codes": ["NM-R9", "NM-W85"]}, "không sở hữu Máy lọc R9 hoặc Máy giặt W85"),
        ({"fact": "preferences.topics", "operator": "some"}, "đã chọn chủ đề quan tâm"),
        (
            condition("due", "not_within", number=7, codes=["NM-R9"]),
            "không có lõi lọc đến hạn trong 7 ngày tới: Máy lọc R9",
        ),
    ],
)
def test_every_type_of_fact_has_its_words(rich_registry, row, sentence):
    assert selectors.sentence(make_segment("A", row)) == sentence


@pytest.mark.parametrize(
    ("row", "values", "wanted"),
    [
        (condition("late", "is"), {"late": True}, True),
        (condition("late", "is_not"), {"late": True}, False),
        (condition("orders", "at_least", number=2), {"orders": 2}, True),
        (condition("orders", "at_most", number=1), {"orders": 2}, False),
        (condition("due", "within", number=14), {"due": {"NM-R9": 14}}, True),
        (condition("due", "within", number=13), {"due": {"NM-R9": 14}}, False),
        (condition("due", "within", number=14), {"due": {"NM-R9": -1}}, False),
        (condition("due", "within", number=14, codes=["NM-W85"]), {"due": {"NM-R9": 3}}, False),
        (condition("due", "not_within", number=14, codes=["NM-W85"]), {"due": {"NM-R9": 3}}, True),
    ],
)
def test_condition_holds_as_it_reads(rich_registry, row, values, wanted):
    VALUES.update(values)

    assert includes(make_segment("A", row)) is wanted


def test_all_and_any(rich_registry):
    both = make_segment("cả hai", OWNS_R9, OWNS_W85)
    either = make_segment("một trong hai", OWNS_R9, OWNS_W85, match="any")

    assert (includes(both, owned=(R9,)), includes(either, owned=(R9,))) == (False, True)
    assert (includes(both, owned=(R9, W85)), includes(either, owned=())) == (True, False)


def test_nobody_matches_without_consent(rich_registry):
    lacks = make_segment("A", {**OWNS_R9, "operator": "none_of"})

    assert includes(lacks)
    assert not make_visitor().audience.includes(lacks.pk)


def test_what_may_not_be_known_holds_neither_way(rich_registry):
    @fact("fake.account", description="Đơn", default=0, rule=CountRule(label="Đơn", noun="đơn"))
    def account_only(visitor) -> int:
        raise AssertionError("a guest has no account")

    rows = [condition("account", "at_least", number=0), condition("account", "at_most", number=0)]

    assert [includes(make_segment(str(row), row)) for row in rows] == [False, False]


def test_failing_fact_holds_neither_way_and_is_asked_once(rich_registry, settings, caplog):
    settings.RAISE_MODULE_ERRORS = False
    VALUES.pop("orders")
    segments = [make_segment(str(number), condition("orders", "at_most", number=number)) for number in range(3)]
    visitor = make_visitor(cookie=make_guest_cookie())

    assert [visitor.audience.includes(segment.pk) for segment in segments] == [False] * 3
    assert len(caplog.records) == 1


def test_each_fact_is_computed_once_and_none_that_no_segment_needs(rich_registry):
    calls = []

    @fact("fake.slow", description="Chậm", default=0, for_guests=True, rule=CountRule(label="Chậm", noun="chậm"))
    def slow(visitor) -> int:
        calls.append(visitor)
        return 3

    asked = [make_segment(f"{number}", condition("slow", "at_least", number=number)) for number in range(6)]
    decided = make_segment("đã rõ", {**OWNS_R9, "codes": ["NM-W85"]}, condition("slow", "at_least", number=1))
    visitor = make_visitor(cookie=make_guest_cookie(owned=(R9,)))

    assert not visitor.audience.includes(decided.pk)
    assert calls == []
    assert [visitor.audience.includes(one.pk) for one in asked] == [True] * 4 + [False] * 2
    assert len(calls) == 1


def test_dates_switch_a_segment_on_and_off(rich_registry):
    today = timezone.localdate()
    days = [(None, None), (today, today), (today + timedelta(1), None), (None, today - timedelta(1))]
    segments = [make_segment(str(n), starts_on=first, ends_on=last) for n, (first, last) in enumerate(days)]

    assert [includes(one, owned=(R9,)) for one in segments] == [True, True, False, False]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"fact": "gone.fact", "operator": "is"}], "gone.fact"),
        ([{**OWNS_R9, "codes": ["NM-GONE"]}], "NM-GONE"),
        ([condition("orders", "within", number=3)], "phép so sánh"),
        ([condition("orders", "at_least")], "thiếu con số"),
        ([condition("orders", "at_least", number=-1)], "từ 0 đến 9999"),
        ([condition("due", "within", number=900)], "từ 0 đến 366"),
        ([{**OWNS_R9, "codes": []}], "ít nhất một giá trị"),
        ([], "Chưa có điều kiện"),
        ([condition("orders", "at_least", number=3), condition("orders", "at_most", number=2)], "mâu thuẫn"),
        ([condition("late", "is"), condition("late", "is_not")], "mâu thuẫn"),
        ([OWNS_R9, {**OWNS_R9, "operator": "none_of"}], "mâu thuẫn"),
        ([OWNS_R9, {"fact": OWNS_R9["fact"], "operator": "none"}], "mâu thuẫn"),
        ([{**OWNS_R9, "operator": "all_of"}, {**OWNS_R9, "operator": "none_of"}], "mâu thuẫn"),
        ([condition("due", "within", number=7), condition("due", "not_within", number=14)], "mâu thuẫn"),
    ],
)
def test_rule_that_cannot_hold_says_why_and_matches_nobody(rich_registry, rows, words):
    VALUES.update(orders=3, due={"NM-R9": 3})
    segment = make_segment("A", rules=make_rules(*rows))

    assert words in " ".join(selectors.problems(segment))
    assert not includes(segment, owned=(R9, W85))
    assert count_accounts() == {segment.pk: 0}


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "x",
        7,
        {},
        {"version": 2, "match": "all", "conditions": []},
        {"version": 1, "match": "xor"},
        {"version": 1, "match": []},
    ]
    + [{"version": 1, "match": "all", "conditions": rows} for rows in ("x", [7], [{"fact": 1}], [OWNS_R9] * 99)]
    + [make_rules({**OWNS_R9, "codes": codes}) for codes in ("NM-R9", [1], ["x"] * 99)]
    + [make_rules({**OWNS_R9, "number": number}) for number in ("3", True, 1.5)],
)
def test_rules_that_nobody_can_read_match_nobody(rich_registry, stored):
    segment = make_segment("A", rules=stored or {"version": 0})

    assert selectors.problems(segment)
    assert not includes(segment, owned=(R9,))


def test_alternatives_do_not_contradict(rich_registry):
    rows = [condition("late", "is"), condition("late", "is_not")]

    assert problems_of(read(make_rules(*rows, match="any")), selectors.known_codes()) == []


def test_rules_survive_storing():
    stored = make_rules(OWNS_R9, condition("due", "within", number=14))

    assert write(read(stored)) == stored
    assert write(read(write(Rules()))) == write(Rules())


def test_deleted_product_ends_its_segment_at_the_next_look(rich_registry):
    segment = make_segment()
    assert includes(segment, owned=(R9,))

    registry.register_choices("products", lambda language: [registry.Choice("NM-W85", "Máy giặt W85")])
    selectors.forget_segments()

    assert not includes(segment, owned=(R9,))


def test_count_agrees_with_asking_every_account(rich_registry):
    owners = [(), (R9,), (W85,), (R9, W85)]
    users = [make_user(f"an{number}@example.com") for number in range(5)]
    for user, owned in zip(users, owners, strict=False):
        store_preferences(user, owned=owned, topics=("may-giat",) if owned else ())
    VALUES.update(orders=2, due={"NM-R9": 5})
    rows = [
        *(
            {**OWNS_R9, "operator": operator, "codes": codes}
            for operator in ("any_of", "all_of", "none_of")
            for codes in (["NM-R9"], ["NM-R9", "NM-W85"])
        ),
        *({"fact": "preferences.topics", "operator": operator} for operator in ("some", "none")),
        condition("orders", "at_least", number=2),
        condition("due", "within", number=4),
    ]
    segments = [
        make_segment(f"{match} {n}", *pair, match=match)
        for match in ("all", "any")
        for n, pair in enumerate(product(rows, rows))
    ]

    counted = count_accounts()

    audiences = [make_visitor(user).audience for user in users]
    assert counted == {one.pk: sum(audience.includes(one.pk) for audience in audiences) for one in segments}


def test_count_is_stored_with_its_time_and_follows_consent(rich_registry):
    segment, user = make_segment(), make_user()
    store_preferences(user, owned=(R9,))

    assert store_counts() == 1
    segment.refresh_from_db()
    assert (segment.account_count, segment.counted_at is not None) == (1, True)
    ConsentRecord.objects.create(
        user=user, purpose=PERSONALIZATION, is_granted=False, wording_version=PURPOSES[PERSONALIZATION].version
    )
    assert count_accounts() == {segment.pk: 0}


def test_warm_look_at_a_thousand_segments_asks_no_database(rich_registry, django_assert_num_queries):
    Segment.objects.bulk_create(Segment(name=f"{number}", rules=make_rules(OWNS_R9)) for number in range(1000))
    visitor = make_visitor(cookie=make_guest_cookie(owned=(R9,)))
    keys = list(selectors.all_compiled())

    with django_assert_num_queries(0):
        assert all(visitor.audience.includes(key) for key in keys)


def test_every_rule_of_the_apps_has_an_answer_for_many():
    rules = {one.key: one.rule for one in facts.facts() if one.rule is not None}

    assert {key for key, rule in rules.items() if rule.many is None} == set()
    assert set(rules) >= {
        "tracking.open_orders",
        "tracking.orders_in_trouble",
        "tracking.delivered_this_week",
        "tracking.warranty_ending",
        "tracking.tier",
        "kb.due_maintenance",
        "kb.read_topics",
        "kb.read_products",
        "kb.recent_searches",
        "preferences.topics",
        "preferences.owned_products",
        "support.open_tickets",
    }
