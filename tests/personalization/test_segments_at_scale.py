"""A thousand segments over a hundred thousand customers: what counting and matching cost."""

import time

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.consents import PURPOSES
from personalization.models import ConsentRecord, OwnedProduct
from personalization.preferences import PERSONALIZATION
from personalization.segments import selectors
from personalization.segments.counting import BATCH, store_counts
from personalization.segments.models import Segment
from tests.factories.kb import make_product
from tests.factories.personalization import make_visitor
from tests.factories.segments import make_rules

CODES = [f"NM-{number:02}" for number in range(20)]
# What one batch asks: preferences (2), orders with parcels (4), warranties and users (4), and the cases of support (2).
QUERIES_FOR_A_BATCH = 14
QUERIES_AROUND = 20


def make_customers(number: int) -> None:
    """Accounts that allow personal pages, each with two of the products."""
    User = get_user_model()
    User.objects.bulk_create((User(email=f"k{n}@example.com", password="!") for n in range(number)), batch_size=5000)
    ids = list(User.objects.order_by("pk").values_list("pk", flat=True))
    purpose = PURPOSES[PERSONALIZATION]
    ConsentRecord.objects.bulk_create(
        (
            ConsentRecord(user_id=pk, purpose=purpose.key, is_granted=True, wording_version=purpose.version)
            for pk in ids
        ),
        batch_size=5000,
    )
    OwnedProduct.objects.bulk_create(
        (
            OwnedProduct(user_id=pk, product_code=CODES[(place * step) % len(CODES)], serial_number=str(step))
            for place, pk in enumerate(ids)
            for step in (1, 7)
        ),
        batch_size=5000,
    )


def make_segments(number: int) -> None:
    """Segments of one to three conditions over the facts of four apps."""

    def rows(n):
        owns = {"fact": "preferences.owned_products", "operator": "any_of", "codes": [CODES[n % 20], CODES[n % 13]]}
        orders = {"fact": "tracking.open_orders", "operator": "at_most", "number": n % 5}
        cases = {"fact": "support.open_tickets", "operator": "at_most", "number": n % 3}
        return [owns, orders, cases][: 1 + n % 3]

    Segment.objects.bulk_create(Segment(name=f"{n}", rules=make_rules(*rows(n))) for n in range(number))


@pytest.mark.soak
@pytest.mark.django_db
def test_a_thousand_segments_and_a_hundred_thousand_customers(capsys):
    customers, segments = 100_000, 1_000
    for code in CODES:
        make_product(code, name=code)
    make_customers(customers)
    make_segments(segments)
    selectors.forget_segments()

    with CaptureQueriesContext(connection) as counting:
        began = time.perf_counter()
        assert store_counts() == segments
        took = time.perf_counter() - began
    visitor = make_visitor(get_user_model().objects.first())
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as matching:
        includes = [visitor.audience.includes(key) for key in selectors.all_compiled()]
    took_matching = time.perf_counter() - began

    with capsys.disabled():
        print(
            f"\n{customers:,} customers, {segments:,} segments: counted in {took:.1f} s with {len(counting)} queries; "
            f"one visitor against all of them in {took_matching * 1000:.1f} ms with {len(matching)} queries"
        )
    assert len(counting) <= customers // BATCH * QUERIES_FOR_A_BATCH + QUERIES_AROUND
    assert len(matching) <= 8
    assert any(includes)
    assert Segment.objects.filter(account_count__gt=0).count() == segments
