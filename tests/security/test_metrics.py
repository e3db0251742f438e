"""Metrics hold no word that a client chose: neither a series without end nor anything about a person."""

import pytest

from tests.factories.tracking import make_order


@pytest.mark.django_db
def test_invented_methods_and_addresses_make_no_series_of_their_own(client):
    order = make_order()
    client.generic("AN.NGUYEN-0912345678", "/healthz")
    client.get(f"/vi/orders/{order.reference}/")

    text = client.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()

    assert 'method="other"' in text
    assert "NGUYEN" not in text
    assert order.reference not in text
