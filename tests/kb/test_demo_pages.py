"""The help centre of the demo shop: complete, and safe to load again."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import Revision

from kb.content_problems import content_problems
from kb.models import ArticlePage, CategoryPage, MaintenanceTask, PolicyVersion, Product, SparePart, TranslationRecord
from portal.demo import pages

PART_NUMBER = re.compile(r"\b(?:LK-[A-Z]+\d*-\d+[A-Z]?|HM-\w+|MI-\w+)")
PRICE = re.compile(r"\b\d{1,3}(?:[.,]\d{3})+(?= (?:₫|\|))")


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker):
    """The demo, loaded once for this file (it takes seconds) and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        pages.load(refresh=False)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def demo(loaded_once, db):
    """Each test changes its own savepoint of the loaded demo."""


def numbers():
    return [model.objects.count() for model in (ArticlePage, CategoryPage, Product, SparePart, MaintenanceTask)]


def test_loading_twice_changes_nothing():
    before, revisions = numbers(), ArticlePage.objects.first().revisions.count()

    pages.load(refresh=False)

    assert numbers() == before
    assert ArticlePage.objects.first().revisions.count() == revisions


def test_there_are_forty_vietnamese_articles_and_twelve_translations():
    vietnamese = ArticlePage.objects.public().in_language("vi")
    english = ArticlePage.objects.public().in_language("en")
    assert vietnamese.count() >= 40
    assert english.count() >= 12
    assert set(english.values_list("translation_key", flat=True)) <= set(
        vietnamese.values_list("translation_key", flat=True)
    )
    assert {page.article_type for page in vietnamese} == {"article", "faq", "maintenance", "policy"}


def test_policies_have_earlier_texts_and_one_is_planned():
    days = PolicyVersion.objects.filter(page__locale__language_code="vi").values_list(
        "page__policy_kind", "in_force_from"
    )
    kinds = [kind for kind, _day in days]
    planned = Revision.page_revisions.filter(approved_go_live_at__gt=timezone.now())

    assert {kind: kinds.count(kind) for kind in kinds} == {"return": 3, "warranty": 2, "price": 2}
    assert planned.count() == 1
    assert not TranslationRecord.objects.filter(outdated_since__isnull=False).exists()


def test_every_picture_has_a_description():
    for article in ArticlePage.objects.select_related("image").exclude(image=None):
        assert article.image_alt or article.image.description, article.title


def test_refresh_moves_the_days_of_the_last_check():
    article = ArticlePage.objects.get(external_id="nm-ma-loi-may-giat-w85")
    checked = article.last_checked_on
    ArticlePage.objects.filter(pk=article.pk).update(last_checked_on=checked - timedelta(days=400))

    pages.load(refresh=True)

    article.refresh_from_db()
    assert article.last_checked_on == checked
    assert article.last_checked_on <= timezone.localdate()


def test_what_an_editor_changed_stays():
    category = CategoryPage.objects.in_language("vi").get(code="bao-hanh")
    category.title = "Bảo hành và sửa chữa"
    category.save_revision().publish()

    pages.load(refresh=True)

    assert CategoryPage.objects.in_language("vi").get(code="bao-hanh").title == "Bảo hành và sửa chữa"


def test_each_product_has_a_manual_and_parts_in_both_languages():
    for product in Product.objects.all():
        assert product.manual.file.storage.exists(product.manual.file.name), product
        assert product.spare_parts.exists(), product


def test_articles_name_parts_that_exist_at_their_prices():
    prices = dict(SparePart.objects.in_language("vi").values_list("number", "price"))
    files = [*pages.HERE.glob("articles/*/*.md"), *pages.HERE.glob("policies/*/*.md")]
    lines = [line for path in files for line in path.read_text().splitlines()]
    named = [(PART_NUMBER.findall(line), PRICE.findall(line)) for line in lines]
    # A line with one number and one price says what that part costs.
    said = {(numbers[0], re.sub("[.,]", "", found[0])) for numbers, found in named if len(numbers) == len(found) == 1}

    assert {number for numbers, _prices in named for number in numbers} <= prices.keys()
    assert len(said) >= 25
    assert {(number, price) for number, price in said if str(prices[number]) != price} == set()


def test_the_checks_of_the_editor_find_nothing_in_any_article():
    found = [
        f"{page.slug}: {problem.kind} {problem.place}"
        for page in ArticlePage.objects.live().select_related("locale")
        for problem in content_problems(page)
    ]

    assert found == []
