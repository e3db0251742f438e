"""A module that sleeps costs its budget and no more; the page answers without it."""

import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone, translation
from django.utils.text import format_lazy

from personalization import registry, showing
from personalization.showing import modules_for
from personalization.time_budget import (
    FIRST_ASIDE_SECONDS,
    MOST_ASIDE_SECONDS,
    Aside,
    Budget,
    Done,
    Failed,
    Late,
    Task,
    TransactionLeftOpen,
    run_within,
)
from tests.factories.personalization import make_module, make_visitor

BUDGET = Budget(each_seconds=0.2, all_seconds=5.0)


@pytest.fixture(autouse=True)
def nothing_aside():
    yield
    showing.aside.clear()
    showing._slow.clear()


@contextmanager
def sleeping():
    """Something that hangs until the test is over."""
    awake = threading.Event()
    try:
        yield lambda *rest: awake.wait(30)
    finally:
        awake.set()


def test_tasks_run_in_turn_and_say_what_became_of_them():
    error = ValueError("x")

    def fail():
        raise error

    outcomes = run_within(BUDGET, [Task("a", lambda: 1), Task("b", fail), Task("c", lambda: 3)])

    assert isinstance(outcomes["a"], Done) and outcomes["a"].value == 1
    assert outcomes["b"] == Failed(error)
    assert isinstance(outcomes["c"], Done) and outcomes["c"].value == 3


def test_one_that_hangs_is_left_behind_and_the_others_are_done():
    begun_at = time.monotonic()
    with sleeping() as sleep:
        outcomes = run_within(BUDGET, [Task("a", lambda: 1), Task("hangs", sleep), Task("c", lambda: 3)])
        took = time.monotonic() - begun_at

    assert outcomes["hangs"] == Late(is_begun=True)
    assert {"a", "c"} == {key for key, outcome in outcomes.items() if isinstance(outcome, Done)}
    assert took < BUDGET.all_seconds


def test_what_does_not_begin_in_time_is_left_out():
    with sleeping() as sleep:
        tasks = [Task("first", sleep), Task("second", sleep), Task("third", lambda: 3)]
        outcomes = run_within(Budget(each_seconds=0.1, all_seconds=0.15), tasks)

    assert outcomes["first"] == Late(is_begun=True)
    assert outcomes["third"] == Late(is_begun=False)


def test_tasks_see_the_language_of_the_request():
    with translation.override("en"):
        outcome = run_within(BUDGET, [Task("a", translation.get_language)])["a"]

    assert isinstance(outcome, Done) and outcome.value == "en"


def change_language_and_zone():
    translation.activate("en")
    timezone.activate(UTC)


def test_language_and_time_zone_that_a_task_leaves_are_nobody_elses():
    def where():
        return translation.get_language(), timezone.get_current_timezone_name()

    outcomes = run_within(BUDGET, [Task("a", change_language_and_zone), Task("b", where)])

    assert isinstance(outcomes["b"], Done) and outcomes["b"].value == ("vi", "Asia/Ho_Chi_Minh") == where()


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit, RecursionError, MemoryError])
def test_whatever_a_task_raises_costs_no_time_and_no_other_task(error):
    begun_at = time.monotonic()

    def give_up():
        raise error

    outcomes = run_within(Budget(each_seconds=30, all_seconds=60), [Task("ends", give_up), Task("b", lambda: 2)])

    assert isinstance(outcomes["ends"], Failed) and type(outcomes["ends"].error) is error
    assert isinstance(outcomes["b"], Done)
    assert time.monotonic() - begun_at < 30


# Of what is written outside of a transaction only the named app's tables are emptied: others have rows from migrations.
@pytest.mark.django_db(transaction=True, available_apps=["django.contrib.sessions"])
def test_transaction_that_a_task_leaves_open_is_undone_and_keeps_nobody_waiting():
    def leave_a_row():
        Session.objects.create(session_key="left open", session_data="", expire_date=timezone.now())

    def begin():
        transaction.atomic().__enter__()
        leave_a_row()

    def take_over_commits():
        transaction.set_autocommit(False)
        leave_a_row()

    def fail_inside():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM there_is_none")

    tasks = [Task("open", begin), Task("manual", take_over_commits), Task("broken", fail_inside), Task("b", lambda: 2)]
    outcomes = run_within(BUDGET, tasks)

    errors = {key: type(outcome.error) for key, outcome in outcomes.items() if isinstance(outcome, Failed)}
    assert errors == {"open": TransactionLeftOpen, "manual": TransactionLeftOpen, "broken": OperationalError}
    assert isinstance(outcomes["b"], Done)
    assert connection.get_autocommit() and not connection.in_atomic_block
    assert not Session.objects.filter(session_key="left open").exists()


@pytest.mark.django_db
def test_inside_of_a_transaction_tasks_stay_in_it():
    outcome = run_within(BUDGET, [Task("a", lambda: (threading.current_thread(), connection.in_atomic_block))])["a"]
    late = run_within(Budget(0, 0), [Task("a", lambda: 1)])["a"]

    assert isinstance(outcome, Done) and outcome.value == (threading.current_thread(), True)
    assert late == Late(is_begun=False)


def test_worker_borrows_the_connection_and_gives_it_back():
    mine = connections["default"]

    outcome = run_within(BUDGET, [Task("a", lambda: connections["default"])])["a"]

    assert isinstance(outcome, Done) and outcome.value is mine
    assert connections["default"] is mine


def test_connection_of_one_that_hangs_is_left_to_it():
    mine = connections["default"]
    with sleeping() as sleep:
        run_within(Budget(each_seconds=0.1, all_seconds=1.0), [Task("hangs", sleep)])

        assert connections["default"] is not mine


def test_late_one_is_asked_again_soon_and_one_that_stays_late_once_a_minute():
    now = [1000.0]
    aside = Aside(lambda: now[0])
    waits = []

    for _time in range(6):
        aside.put("late")
        began = now[0]
        while aside.holds("late"):
            now[0] += 1
        waits.append(now[0] - began)

    assert not aside.holds("other")
    assert waits == [FIRST_ASIDE_SECONDS, 10, 20, 40, MOST_ASIDE_SECONDS, MOST_ASIDE_SECONDS]
    aside.forgive("late")
    aside.put("late")
    now[0] += FIRST_ASIDE_SECONDS
    assert not aside.holds("late")


def test_page_answers_without_the_module_that_sleeps_and_does_not_ask_it_again(fake_registry, settings, caplog):
    settings.MODULE_BUDGET = (0.2, 5.0)
    with sleeping() as sleep:
        registry.register(make_module("sleeps", content=sleep, order=1))
        visitor = make_visitor()

        first = [module.key for module in modules_for(visitor)]
        begun_at = time.monotonic()
        second = [module.key for module in modules_for(make_visitor())]

    assert first == second == ["a", "b", "c"]
    assert time.monotonic() - begun_at < 5.0
    assert visitor._is_uncacheable
    assert caplog.text.count("module sleeps was not there in time") == 1


def test_slow_module_is_shown_and_asked_last(fake_registry, monkeypatch, caplog):
    asked = []
    monkeypatch.setattr(showing, "SLOW_SECONDS", 0.0)
    for key in ("x", "y"):
        registry.register(
            make_module(key, order=1, content=lambda self, visitor: asked.append(self.key) or {"text": "x"})
        )
    showing._slow.add("x")

    shown = [module.key for module in modules_for(make_visitor())]

    assert asked == ["y", "x"]
    assert shown[:2] == ["x", "y"]
    assert "module y took" in caplog.text


def explode(*rest):
    raise ValueError("lazily")


@pytest.mark.parametrize(
    "fault",
    [
        {"content": lambda self, visitor: sys.exit("bye")},
        {"content": lambda self, visitor: ["no", "mapping"]},
        {"content": lambda self, visitor: {"text": "x" * (showing.MOST_CHARACTERS + 1)}},
        {"content": lambda self, visitor: change_language_and_zone() or explode()},
        {"reason": lambda self, visitor, content: "no reason"},
        {"reason": lambda self, visitor, content: registry.Reason(format_lazy("{missing}"))},
        {"title": format_lazy("{missing}")},
        {"template_name": "there_is_none.html"},
        {"standing": lambda self, visitor, content: registry.Standing("much", urgency="very")},
        {"standing": lambda self, visitor, content: registry.Standing(10, urgency=float("nan"))},
    ],
)
def test_page_answers_without_a_module_that_is_wrong_in_any_way(fake_registry, settings, fault):
    settings.RAISE_MODULE_ERRORS = False
    registry.register(make_module("wrong", order=1, **fault))
    visitor = make_visitor()

    shown = modules_for(visitor)

    assert [module.key for module in shown] == ["a", "b", "c"]
    assert [str(module.reason.text) for module in shown] == ["Lý do a", "Lý do b", "Lý do c"]
    assert translation.get_language() == "vi"
    assert visitor._is_uncacheable
