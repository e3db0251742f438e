"""The help centre of the demo shop: complete, and safe to load again."""

import re
from datetime import timedelta

from django.utils import timezone
from wagtail.models import Revision

from kb.blocks import ArticleBodyBlock
from kb.care.figures import due_articles
from kb.care.links import LinkCheck
from kb.care.pictures import undescribed_pictures
from kb.content_problems import content_problems
from kb.models import (
    ArticlePage,
    ArticleViews,
    CategoryPage,
    FixSubscription,
    MaintenanceTask,
    PolicyVersion,
    Product,
    SparePart,
    TranslationRecord,
)
from portal.demo import desk, pages, people

PART_NUMBER = re.compile(r"\b(?:LK-[A-Z]+\d*-\d+[A-Z]?|HM-\w+|MI-\w+)")
PRICE = re.compile(r"\b\d{1,3}(?:[.,]\d{3})+(?= (?:₫|\|))")


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


def test_one_translation_is_behind_its_source_and_some_are_missing():
    outdated = TranslationRecord.objects.exclude(outdated_since=None).values_list("page__slug", flat=True)
    vietnamese = ArticlePage.objects.public().in_language("vi").count()

    assert list(outdated) == ["connecting-the-l210-or-j330-printer-to-wi-fi"]
    assert ArticlePage.objects.public().in_language("en").count() < vietnamese


def test_every_kind_of_block_stands_in_both_languages():
    for language in ("vi", "en"):
        articles = ArticlePage.objects.public().in_language(language)
        used = {block.block_type for article in articles for block in article.body}
        assert used == set(ArticleBodyBlock().child_blocks), language


def test_everything_an_article_can_say_is_said_somewhere():
    articles = ArticlePage.objects.public().in_language("vi")
    for said in ({"question": ""}, {"checked_for": ""}, {"also_in": None}, {"related_articles": None}):
        assert articles.exclude(**said).exists(), said
    assert articles.filter(audience="business").exists()
    assert any(step["image"] and step["minutes"] for step in _steps(articles))


def _steps(articles):
    blocks = (block for article in articles for block in article.body if block.block_type == "steps")
    return (step for block in blocks for step in block.value["steps"])


def test_address_of_a_replaced_article_names_what_holds_today(client):
    page = ArticlePage.objects.get(external_id="nm-bao-lau-thay-loi-r9")

    response = client.get(page.get_url())

    assert not page.live
    assert ArticlePage.objects.get(external_id="nm-thay-loi-loc-r9").title in response.content.decode()


def test_no_link_and_no_picture_of_an_article_is_broken():
    articles = list(ArticlePage.objects.live().select_related("locale"))

    assert list(LinkCheck(articles).broken()) == []
    assert undescribed_pictures(articles) == {}


def test_desk_of_the_editors_has_work_on_it():
    people.load(refresh=False)
    desk.load(refresh=False)
    views = ArticleViews.objects.count()

    desk.load(refresh=False)

    due = [article.external_id for article in due_articles()]
    owners = set(ArticlePage.objects.live().values_list("owner__email", flat=True))
    assert set(due) == {"nm-tai-khoan-xoa-du-lieu", "nm-bao-hanh-khong-ap-dung"}
    assert owners == {desk.WRITER, desk.REVIEWER, desk.AGENT}
    assert ArticleViews.objects.count() == views > 1000
    assert FixSubscription.objects.count() == len(desk.WAITING)


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
