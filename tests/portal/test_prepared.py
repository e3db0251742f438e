"""A prepared read answers as the ORM does, for every number, with the values that fields give."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.models import OwnedProduct, VisitorProfile
from portal.lib.prepared import Prepared
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def test_prepared_read_answers_as_the_orm_does_for_one_number_after_another():
    first, second = make_user("an@example.com"), make_user("binh@example.com")
    VisitorProfile.objects.create(user=first, topics=["bao-hanh", "đổi trả"])
    OwnedProduct.objects.create(user=first, product_code="NM-R9", purchased_on=date(2026, 1, 31))

    def read(number):
        columns = ("topics", "created_at", "user__is_active", "user__owned_products__purchased_on")
        return VisitorProfile.objects.filter(user_id=number).values_list(*columns)

    prepared = Prepared(read)

    for user in (first, second, first):
        with CaptureQueriesContext(connection) as asked:
            assert prepared.rows(user.pk) == list(read(user.pk))
        assert len(asked) == 2
    assert prepared.rows(first.pk)[0][0] == ["bao-hanh", "đổi trả"]
