"""Help that knows the order: the article for what an order is like, and the reader's orders on the article."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kb.models import OrderHelp
from kb.selectors.order_help import coverage
from kb.services.order_help import map_orders_to_articles
from personalization.situations import Situation
from tests.factories.admin import staff_user
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user
from tests.factories.personalization import store_preferences
from tests.factories.tracking import event_payload, line_payload, make_order, shipment_payload

pytestmark = pytest.mark.django_db

FAILED = {"state": "attempt_failed"}
COVERAGE = "/admin/reports/help/orders/"
LINES = "/admin/snippets/kb/orderhelp/"


@pytest.fixture
def category(site_tree):
    return make_category(title="Giao hàng", code="giao-hang")


@pytest.fixture
def article(category):
    return make_article(category, title="Giao hàng không thành công")


@pytest.fixture
def customer(db):
    return make_user(email="an@example.com")


def failed_order(customer, *, product="NM-A12", reason="recipient"):
    news = [event_payload("picked_up", event_id="1"), event_payload("attempt_failed", event_id="2", reason=reason)]
    parcel = shipment_payload(events=tuple(news))
    return make_order(customer=customer, lines=(line_payload(product_code=product),), shipments=[parcel])


def order_page(client, order):
    return client.get(reverse("order_detail", args=[order.reference])).text


def test_order_page_shows_the_article_for_its_state(client, customer, article):
    OrderHelp.objects.create(**FAILED, article=article)
    client.force_login(customer)

    page = order_page(client, failed_order(customer))

    assert "Điều giúp được bạn lúc này" in page
    assert article.get_url() in page


def test_closest_line_comes_first_and_one_for_another_product_stays_away(client, customer, category, article):
    installing = make_article(category, title="Hẹn lắp điều hòa")
    washing = make_article(category, title="Lắp máy giặt")
    OrderHelp.objects.create(**FAILED, article=article)
    OrderHelp.objects.create(**FAILED, product_code="NM-A12", article=installing)
    OrderHelp.objects.create(**FAILED, product_code="NM-W85", article=washing)
    client.force_login(customer)

    page = order_page(client, failed_order(customer))

    assert page.index(installing.title) < page.index(article.title)
    assert washing.title not in page


def test_whoever_looked_the_order_up_gets_no_help_that_names_its_product(client, customer, category, article):
    installing = make_article(category, title="Hẹn lắp điều hòa")
    OrderHelp.objects.create(**FAILED, article=article)
    OrderHelp.objects.create(**FAILED, product_code="NM-A12", article=installing)
    order = failed_order(customer)
    client.post(reverse("orders"), {"number": order.reference, "contact": customer.email})

    page = order_page(client, order)

    assert article.title in page
    assert installing.title not in page


def test_withdrawn_article_helps_nobody(client, customer, article):
    OrderHelp.objects.create(**FAILED, article=article)
    article.unpublish()
    client.force_login(customer)

    assert "Điều giúp được bạn lúc này" not in order_page(client, failed_order(customer))


def test_article_shows_the_signed_in_reader_their_own_orders(client, customer, article):
    OrderHelp.objects.create(**FAILED, article=article)
    order = failed_order(customer)
    of_somebody_else = failed_order(make_user(email="binh@example.com"))
    client.force_login(customer)
    store_preferences(customer)

    page = client.get(article.get_url()).text

    assert order.reference in page
    assert of_somebody_else.reference not in page


@pytest.mark.parametrize("reader", ["stranger", "allows nothing", "other state"])
def test_article_shows_nothing_of_orders(client, customer, article, reader):
    OrderHelp.objects.create(state="lost" if reader == "other state" else "attempt_failed", article=article)
    order = failed_order(customer)
    if reader != "stranger":
        client.force_login(customer)
    if reader == "other state":
        store_preferences(customer)

    assert order.reference not in client.get(article.get_url()).text


def test_coverage_ranks_what_no_article_covers_by_orders(article, customer):
    OrderHelp.objects.create(**FAILED, article=article)
    failed_order(customer)
    for _number in range(2):
        make_order(shipments=[shipment_payload("picked_up", "lost")])

    cells = coverage()

    assert (cells[0].situation.state, cells[0].order_count) in [("lost", 2), ("picked_up", 2)]
    covered = [cell for cell in cells if cell.titles]
    assert [(cell.situation, cell.shown_titles) for cell in covered] == [
        (Situation("attempt_failed", "recipient", "NM-A12"), (article.title, ""))
    ]


def test_empty_cell_leads_to_a_line_that_is_filled_in(client, article):
    make_order(shipments=[shipment_payload("picked_up", "lost")])
    client.force_login(make_user("bientap@example.com", role="writer", is_staff=True))

    page = client.get(COVERAGE)
    add_url = next(url for cell, url in page.context["rows"] if cell.situation.state == "lost")

    form = client.get(add_url).context["form"]
    assert form["state"].value() == "lost"


def test_coverage_is_for_those_who_may_read_the_map(client, site_tree):
    client.force_login(staff_user("ai-do@example.com", "change"))

    assert client.get(COVERAGE).status_code in (302, 403)


def test_state_that_no_app_knows_is_refused(article):
    with pytest.raises(ValidationError) as refusal:
        OrderHelp(state="teleported", reason="magic", article=article).full_clean()

    assert set(refusal.value.message_dict) == {"state", "reason"}


def test_lines_for_imported_articles_are_stored_once(category):
    make_article(category, title="Giao lại", external_id="giao-lai")
    lines = [(Situation("attempt_failed"), "giao-lai")]

    assert map_orders_to_articles(lines, language="vi") == 1
    assert map_orders_to_articles(lines, language="vi") == 0
    with pytest.raises(LookupError, match="khong-co"):
        map_orders_to_articles([(Situation("lost"), "khong-co")], language="vi")


def test_list_of_lines_names_their_articles_and_costs_the_same_for_many(client, article):
    client.force_login(make_user("bientap@example.com", role="writer", is_staff=True))
    costs = []
    for states in (["delivered"], ["lost", "damaged", "returning", "in_transit", "picked_up"]):
        for state in states:
            OrderHelp.objects.create(state=state, article=article)
        client.get(LINES)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(LINES).text
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert page.count(article.title) >= 6
