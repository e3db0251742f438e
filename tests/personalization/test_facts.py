"""Facts: declared once, computed when asked, never about somebody who did not allow it."""

import pytest

from personalization import facts
from personalization.facts import DuplicateFact, UnknownFact, fact
from tests.factories.personalization import make_guest_cookie, make_visitor


@pytest.fixture
def counted(empty_registry):
    """A fact that counts how often it is computed."""
    calls = []

    @fact("fake.count", description="Số lần", default=0, for_guests=True)
    def count(visitor) -> int:
        calls.append(visitor)
        return len(calls)

    return count, calls


def test_fact_is_computed_once_for_a_request(counted):
    count, calls = counted
    visitor = make_visitor(cookie=make_guest_cookie())

    answers = [visitor.facts.ask(count), visitor.facts.ask(count), visitor.facts.ask_by_key("fake.count")]

    assert answers == [1, 1, 1]
    assert len(calls) == 1


def test_nothing_is_computed_without_consent(counted):
    count, calls = counted

    assert make_visitor().facts.ask(count) == 0
    assert calls == []


def test_unknown_fact_is_an_error_with_its_key(empty_registry):
    with pytest.raises(UnknownFact, match=r"fake\.none"):
        make_visitor().facts.ask_by_key("fake.none")


def test_taken_key_is_refused(counted):
    with pytest.raises(DuplicateFact):
        fact("fake.count", description="Lần nữa", default=0)(lambda visitor: 2)


def test_description_of_everyone_is_empty(empty_registry):
    assert facts.describe("everyone") == ""


def test_own_facts_tell_what_was_chosen(empty_registry):
    visitor = make_visitor(cookie=make_guest_cookie(topics=("bao-hanh",)))

    assert visitor.facts.ask_by_key("preferences.topics") == ("bao-hanh",)
    assert visitor.facts.ask_by_key("preferences.owned_products") == ()


def test_fact_about_an_account_is_not_asked_about_a_guest(empty_registry):
    @fact("fake.orders", description="Đơn hàng", default=0)
    def orders(visitor) -> int:
        raise AssertionError("a guest has no account")

    assert make_visitor(cookie=make_guest_cookie()).facts.ask(orders) == 0


def test_list_shared_by_modules_is_read_once_until_something_changes(empty_registry):
    visitor = make_visitor(cookie=make_guest_cookie())
    reads = []

    def orders(asked) -> tuple[int, ...]:
        reads.append(asked)
        return (1, 2)

    answers = [visitor.once(orders), visitor.once(orders)]
    visitor.keep_in_browser(None)
    visitor.once(orders)

    assert answers == [(1, 2), (1, 2)]
    assert len(reads) == 2
