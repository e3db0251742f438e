"""What support offers to the home page and to the other apps."""

import pytest

from personalization import registry
from support import selectors, services
from support.models import TicketStatus
from tests.factories.people import make_user
from tests.factories.personalization import make_visitor, store_preferences
from tests.factories.support import open_ticket

pytestmark = pytest.mark.django_db


def visitor_of(user):
    """The account in front of a new page, which it allows to be made for it."""
    store_preferences(user)
    return make_visitor(user)


def test_my_cases_show_what_is_not_finished_and_say_why():
    user = make_user()
    ticket = open_ticket(user=user)
    module = registry.find("support.my_cases")

    content = module.content(visitor_of(user))

    assert [case.reference for case in content["cases"]] == [ticket.reference]
    assert module.reason(visitor_of(user), content).fact == "support.open_tickets"


def test_without_open_cases_there_is_no_box():
    user = make_user()
    ticket = open_ticket(user=user)
    services.change_status(ticket=ticket, agent=user, status=TicketStatus.SOLVED)

    assert registry.find("support.my_cases").content(visitor_of(user)) is None


def test_asking_a_person_is_offered_to_everyone():
    assert not registry.find("support.ask_a_person").is_personal


def test_open_tickets_are_a_fact():
    user = make_user()
    open_ticket(user=user)
    open_ticket(email="khac@example.com")

    assert visitor_of(user).facts.ask_by_key("support.open_tickets") == 1


def test_the_export_holds_the_customers_words_and_no_internal_note():
    user = make_user()
    ticket = open_ticket(user=user)
    services.add_note(ticket=ticket, agent=user, body="nội bộ")

    [exported] = selectors.personal_data(user)

    assert exported["reference"] == ticket.reference
    assert [message["body"] for message in exported["messages"]] == ["Máy dừng lại trước khi vắt."]


def test_the_account_summary_costs_three_queries(django_assert_max_num_queries):
    user = make_user()
    for number in range(5):
        open_ticket(user=user, subject=f"Câu hỏi {number}")

    with django_assert_max_num_queries(3):
        summary = selectors.account_summary(user)

    assert (summary.total, summary.unfinished, len(summary.latest)) == (5, 5, 3)
