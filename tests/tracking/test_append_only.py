"""History is written once: neither the model nor the database lets anybody change it."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.factories.tracking import make_order, order_event_payload, shipment_payload
from tracking.append_only import HistoryIsAppendOnly, install_guards
from tracking.models import Order, OrderEvent, TrackingEvent
from tracking.services import erase_orders


@pytest.fixture
def order(db):
    return make_order(shipments=[shipment_payload("picked_up")], events=[order_event_payload("paid")])


@pytest.mark.parametrize("model", [TrackingEvent, OrderEvent])
def test_an_event_is_neither_changed_nor_deleted(order, model):
    event = model.objects.get()

    for change in (event.save, event.delete, model.objects.all().delete, lambda: model.objects.update(source="x")):
        with pytest.raises(HistoryIsAppendOnly):
            change()


@pytest.mark.parametrize("table", ["tracking_trackingevent", "tracking_orderevent"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET source = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses(order, table, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_erasing_a_source_takes_its_history_and_guards_the_rest_again(order):
    kept = make_order(source="other", shipments=[shipment_payload("picked_up", key="p2")])

    assert erase_orders(source="shop") == 1

    assert list(Order.objects.all()) == [kept]
    assert TrackingEvent.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracking_trackingevent")


def test_making_the_guards_twice_changes_nothing(order):
    install_guards(connection)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tracking_orderevent SET text = 'x'")


def test_flush_still_empties_everything(order):
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)

    assert TrackingEvent.objects.count() == Order.objects.count() == 0
