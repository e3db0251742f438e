"""What each app tells in the weekly letter, and that it is what the page says."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from kb.home_modules import CorrectedArticles as AboutProducts
from kb.home_modules import PolicyChanges
from kb.models import ArticlePage
from personalization.digest.reading import digest_of
from personalization.preferences import DIGEST, PERSONALIZATION, OwnedItem
from personalization.visitor import Visitor
from support.home_modules import CorrectedArticles as AskedAbout
from support.models import Ticket
from tests.factories.kb import make_article, make_category, make_policy, make_product, publish_policy
from tests.factories.people import make_user
from tests.factories.personalization import store_preferences
from tests.factories.support import open_ticket
from tests.factories.tracking import line_payload, make_delivered_order, make_order, make_terms
from tracking.home_modules import EndingWarranties

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def customer(site_tree):
    user = make_user("an@example.com")
    store_preferences(user, owned=(OwnedItem("NM-R9"),), consents=frozenset({PERSONALIZATION, DIGEST}))
    return user


def letter_to(user) -> dict[str, list[str]]:
    """The sections of the letter by key, with the texts of their items."""
    return {
        section.key: [item.text for item in section.items]
        for section in digest_of(Visitor.of_account(user), wanted=lambda key: True)
    }


def rewrite(page, *, days_ago=1, **fields):
    moments = {"first_published_at": NOW - timedelta(days=90), "last_published_at": NOW - timedelta(days=days_ago)}
    ArticlePage.objects.filter(pk=page.pk).update(**moments, **fields)


def test_a_warranty_that_ends_is_told_as_on_the_page(customer):
    make_terms(valid_from=date(2020, 1, 1))
    make_delivered_order(
        number="BH-1",
        customer=customer,
        delivered_at=NOW - timedelta(days=345),
        lines=[line_payload(title="Nồi chiên F6")],
    )
    visitor = Visitor.of_account(customer)
    content = EndingWarranties().content(visitor)
    assert content is not None

    (section,) = digest_of(visitor, wanted=lambda key: True)

    assert section.items[0].text.startswith("Bảo hành của Nồi chiên F6 hết hạn ngày ")
    assert section.reason == EndingWarranties().reason(visitor, content).text
    assert len({item.key for item in section.items}) == len(section.items)


def test_a_rule_that_changes_after_an_order_is_told_with_the_order_it_leaves_alone(customer):
    category = make_category(title="Quy định")
    with time_machine.travel(NOW - timedelta(days=40), tick=False):
        policy = make_policy(category, from_day=f"{timezone.localdate()}", short_answer="Trả trong 15 ngày.")
    order = make_order(number="CS-1", customer=customer, placed_at=NOW - timedelta(days=10))
    publish_policy(
        policy, from_day=f"{timezone.localdate()}", short_answer="Trả trong 30 ngày.", change_summary="Thêm."
    )

    ((text,),) = letter_to(customer).values()

    assert text == (
        f"Chính sách đổi trả: nội dung mới từ {timezone.localdate():%d/%m/%Y}. "
        f"Đơn {order.reference} của bạn vẫn theo nội dung cũ."
    )


def test_an_article_asked_about_is_told_when_it_is_rewritten_and_once(customer):
    product = make_product("NM-R9")
    page = make_article(make_category(), title="Thay lõi R9", products=[product], change_note="Sửa bước 3.")
    ticket = open_ticket(user=customer, email=customer.email, article=str(page.pk))
    Ticket.objects.filter(pk=ticket.pk).update(created_at=NOW - timedelta(days=5))
    assert letter_to(customer) == {}

    rewrite(page)

    assert letter_to(customer) == {"support.corrected_articles": ["Đã sửa: Thay lõi R9: Sửa bước 3."]}
    Ticket.objects.all().delete()
    assert list(letter_to(customer)) == ["kb.corrected_articles"]


@pytest.mark.parametrize("fields", [{"is_small_change": True}, {"days_ago": 20}, {"live": False}])
def test_what_is_no_correction_is_not_told(customer, fields):
    page = make_article(make_category(), products=[make_product("NM-R9")])
    rewrite(page, **fields)

    assert letter_to(customer) == {}


def test_a_rule_about_a_product_is_no_corrected_article(customer):
    rewrite(make_policy(make_category(), products=[make_product("NM-R9")]))

    assert letter_to(customer) == {}


def test_a_question_from_after_the_correction_tells_nothing(customer):
    page = make_article(make_category())
    rewrite(page)
    open_ticket(user=customer, email=customer.email, article=str(page.pk))
    open_ticket(user=customer, email=customer.email, article="khong-phai-so")

    assert letter_to(customer) == {}


def test_who_owns_and_asked_nothing_is_told_nothing(site_tree):
    user = make_user("khac@example.com")
    store_preferences(user, consents=frozenset({PERSONALIZATION, DIGEST}))
    visitor = Visitor.of_account(user)

    assert [module().content(visitor) for module in (AboutProducts, AskedAbout, PolicyChanges, EndingWarranties)] == [
        None
    ] * 4
