"""The home page on the demo shop: one page for each visitor, within its number of queries."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personalization import facts, registry
from personalization.facts import Accounts
from personalization.preferences import PERSONALIZATION
from personalization.visitor import Visitor
from portal.models import User

# Boxes for everybody are asked anew for a stranger, whose whole page is kept instead; the way there asks nothing.
MAX_QUERIES_STRANGER = 10
MAX_QUERIES_BEYOND_BOXES = 8
# The page of everything stored asks each fact and each part once.
MAX_QUERIES_PREFERENCES = 36


@pytest.fixture
def visit():
    """Open the home page as the customer with this e-mail address, or as a stranger."""

    def open_home_page(email: str = ""):
        browser = Client()
        if email:
            browser.force_login(User.objects.get(email=email))
        browser.get("/vi/")  # what is read once for a process is read
        return browser

    return open_home_page


def boxes(browser: Client) -> list[str]:
    return re.findall(r'<h2 class="module__title"[^>]*>([^<]+)</h2>', browser.get("/vi/").text)


def test_three_visitors_see_three_pages(visit):
    stranger, first, second = (
        boxes(visit()),
        boxes(visit("khach@nhamay.example")),
        boxes(visit("khach2@nhamay.example")),
    )

    assert "Câu hỏi thường gặp" in stranger
    assert "Cho sản phẩm bạn đang dùng" not in stranger
    assert "Cho sản phẩm bạn đang dùng" in first
    assert "Câu hỏi thường gặp" in first
    assert "Câu hỏi thường gặp" not in second


def document(browser: Client) -> str:
    """The whole home page without the account's menu and one-time tokens."""
    soup = BeautifulSoup(browser.get("/vi/").content, "html.parser")
    soup.select_one(".site-tools > :last-child").decompose()
    for token in soup.select("[name=csrfmiddlewaretoken]"):
        token.decompose()
    return str(soup)


def test_switch_turned_off_gives_the_strangers_document_and_turned_on_the_own_one_again(visit):
    stranger, customer = document(visit()), visit("khach2@nhamay.example")
    own = document(customer)

    def switch(decision: str) -> str:
        customer.post(reverse("preference_decide"), {"purpose": PERSONALIZATION, "decision": decision})
        customer.get(reverse("preferences"))  # the message about it has been read
        return document(customer)

    off, on = switch("withdraw"), switch("allow")

    assert own != stranger
    assert off == stranger
    assert on == own


def test_every_box_that_everyone_sees_has_something_to_show(visit):
    offered = {str(module.title) for module in registry.modules() if not module.is_personal}

    assert set(boxes(visit())) == offered


def test_stranger_costs_few_queries(visit, django_assert_max_num_queries):
    browser = visit()

    with django_assert_max_num_queries(MAX_QUERIES_STRANGER):
        browser.get("/vi/")


def test_everybody_of_the_demo_costs_eight_queries_and_one_for_each_box(visit):
    """Customers with many boxes and with few, and staff, who allow nothing."""
    costs = {}
    for user in User.objects.all():
        browser = visit(user.email)
        with CaptureQueriesContext(connection) as asked:
            page = browser.get("/vi/").text
        costs[user.email] = len(asked) - page.count('class="module__title"')

    assert len(costs) >= 7
    assert {email: beyond for email, beyond in costs.items() if beyond > MAX_QUERIES_BEYOND_BOXES} == {}


def test_preferences_page_of_a_customer_costs_few_queries(visit, django_assert_max_num_queries):
    browser = visit("khach@nhamay.example")

    with django_assert_max_num_queries(MAX_QUERIES_PREFERENCES):
        browser.get("/vi/preferences/")


def test_facts_say_the_same_of_one_account_and_of_many():
    """Of every account of the demo, staff too: those without orders count as well."""
    accounts = list(User.objects.order_by("pk"))
    visitors = [Visitor.of_account(account) for account in accounts]
    preferences = {visitor.account.pk: visitor.stored for visitor in visitors}
    rules = {one.key: one.rule for one in facts.facts() if one.rule is not None}

    for key, rule in rules.items():
        fact = facts.find(key)
        many = rule.many(Accounts([one.account.pk for one in visitors if one.facts.knows(fact)], preferences))
        each = {one.account.pk: rule.measure(one.facts.ask(fact)) for one in visitors if one.facts.knows(fact)}
        assert {pk: many.get(pk, rule.nothing) for pk in each} == each, key
    assert len(rules) >= 12
