"""The boxes that kb offers to the home page, each with its reason."""

from datetime import date

import pytest
import time_machine

from kb.home_modules import (
    ChosenTopics,
    DueMaintenance,
    FrequentQuestions,
    OwnedProducts,
    Topics,
    product_choices,
    topic_choices,
)
from kb.maintenance_due import next_due
from kb.models import FaqPage
from personalization.preferences import OwnedItem
from tests.factories.kb import make_article, make_category, make_product, restrict
from tests.factories.personalization import make_guest_cookie, make_visitor

pytestmark = pytest.mark.django_db


def visitor(**preferences):
    """A guest who allows personalization and told us this."""
    return make_visitor(cookie=make_guest_cookie(**preferences))


def test_everybody_sees_frequent_questions_and_topics_with_something_to_read(site_tree):
    category = make_category()
    question = make_article(category, model=FaqPage, title="Bao lâu?")
    make_article(category, title="Không phải câu hỏi")
    make_category(title="Chưa có bài nào", code="chua-co-bai")

    assert FrequentQuestions().content(visitor())["articles"] == [question.articlepage_ptr.faqpage]
    assert [branch.article_count for branch in Topics().content(visitor())["branches"]] == [2]


def test_empty_help_centre_offers_no_boxes(site_tree):
    modules = [FrequentQuestions(), Topics(), ChosenTopics(), OwnedProducts(), DueMaintenance()]

    assert [module.content(visitor()) for module in modules] == [None] * 5


def test_chosen_topics_come_in_the_order_chosen(site_tree):
    make_article(make_category(title="Bảo hành", code="bao-hanh"))
    make_article(make_category(title="Giao hàng", code="giao-hang"))

    content = ChosenTopics().content(visitor(topics=("giao-hang", "khong-co", "bao-hanh")))

    assert [category.title for category, _articles in content["topics"]] == ["Giao hàng", "Bảo hành"]


def test_chosen_topic_without_an_article_to_see_is_left_out(site_tree):
    category = make_category(code="bao-hanh")
    restrict(make_article(category))

    assert ChosenTopics().content(visitor(topics=("bao-hanh",))) is None


def test_owned_products_bring_their_articles(site_tree):
    product = make_product()
    category = make_category()
    make_article(category, title="Về máy", products=[product])
    make_article(category, title="Chuyện khác")

    content = OwnedProducts().content(visitor(owned=(OwnedItem("NM-W85"),)))

    assert [article.title for article in content["articles"]] == ["Về máy"]
    assert [link.key for link in content["products"]] == ["NM-W85"]


def test_unknown_owned_product_is_no_error(site_tree):
    assert OwnedProducts().content(visitor(owned=(OwnedItem("NM-NO"),))) is None


@time_machine.travel("2026-05-10 12:00+07:00", tick=False)
def test_maintenance_due_within_three_weeks_is_shown_nearest_first(site_tree):
    make_product(tasks=[("Rửa lưới", 3), ("Thay lõi", 12), ("Vệ sinh", 1)])

    content = DueMaintenance().content(visitor(owned=(OwnedItem("NM-W85", purchased_on=date(2026, 2, 20)),)))

    assert [(one.task.what, one.due_on) for one in content["due"]] == [
        ("Rửa lưới", date(2026, 5, 20)),
        ("Vệ sinh", date(2026, 5, 20)),
    ]


def test_maintenance_without_a_day_of_purchase_is_not_guessed(site_tree):
    make_product(tasks=[("Vệ sinh", 1)])

    assert DueMaintenance().content(visitor(owned=(OwnedItem("NM-W85"),))) is None


@pytest.mark.parametrize(
    ("purchased", "months", "today", "due"),
    [
        (date(2026, 5, 10), 1, date(2026, 5, 10), date(2026, 6, 10)),
        (date(2026, 4, 10), 1, date(2026, 5, 10), date(2026, 5, 10)),
        (date(2026, 4, 9), 1, date(2026, 5, 10), date(2026, 6, 9)),
        (date(2025, 1, 31), 1, date(2026, 2, 27), date(2026, 2, 28)),
        (date(2020, 6, 1), 24, date(2026, 5, 10), date(2026, 6, 1)),
        (date(2027, 1, 1), 3, date(2026, 5, 10), date(2027, 4, 1)),
    ],
)
def test_next_due_day(site_tree, purchased, months, today, due):
    product = make_product(tasks=[("Vệ sinh", months)])

    assert next_due(purchased, product.maintenance_tasks.get().interval_months, today) == due


def test_each_personal_box_names_its_fact():
    facts = {
        module.key: module.reason(visitor(), {"products": []}).fact
        for module in (ChosenTopics(), OwnedProducts(), DueMaintenance())
    }

    assert facts == {
        "kb.chosen_topics": "preferences.topics",
        "kb.owned_products": "preferences.owned_products",
        "kb.due_maintenance": "kb.due_maintenance",
    }


def test_choices_carry_codes_that_are_the_same_in_each_language(site_tree):
    make_category(code="bao-hanh", title="Bảo hành")
    make_category(code="bao-hanh", title="Warranty", language="en")
    make_product()

    assert [(one.code, one.label) for one in topic_choices("en")] == [("bao-hanh", "Warranty")]
    assert [(one.code, one.label) for one in product_choices("vi")] == [("NM-W85", "Máy giặt W85 (NM-W85)")]
