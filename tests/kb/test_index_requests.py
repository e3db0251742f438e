"""Each change that readers could notice asks search to look again."""

import pytest

from kb.models import ArticlePage, CategoryPage
from tests.factories import blocks
from tests.factories.kb import make_article, make_category, make_part, make_product, restrict


@pytest.fixture
def asked(monkeypatch):
    """The page numbers that were sent to the index."""
    numbers = set()
    monkeypatch.setattr("kb.signal_handlers.request_indexing", numbers.update)
    return numbers


@pytest.fixture
def article(site_tree, asked):
    page = make_article(make_category(), products=[make_product()])
    asked.clear()
    return page


def test_publishing(asked, article):
    article.save_revision().publish()

    assert asked == {article.pk}


def test_saving_a_draft_asks_for_nothing(asked, article):
    article.title = "Mới"
    article.save_revision()

    assert asked == set()


def test_unpublishing(asked, article):
    article.unpublish()

    assert asked == {article.pk}


def test_deleting(asked, article):
    number = article.pk
    article.delete()

    assert asked == {number}


def test_deleting_the_category_above(asked, article):
    number = article.pk
    CategoryPage.objects.get().delete()

    assert asked == {number}


def test_moving_to_another_category(asked, article):
    article.move(make_category(title="Khác", code="khac"), pos="last-child")

    assert asked == {article.pk}


def test_renaming_the_category_above(asked, article):
    category = CategoryPage.objects.get()
    category.title = "Bảo hành và sửa chữa"
    category.save_revision().publish()

    assert asked == {article.pk}


def test_closing_and_opening_the_category_above(asked, article):
    restriction = restrict(CategoryPage.objects.get())
    closed = set(asked)
    asked.clear()
    restriction.delete()

    assert closed == asked == {article.pk}


def test_renaming_a_product(asked, article):
    product = article.products.get()
    product.name = "Máy giặt W85 Pro"
    product.save()

    assert asked == {article.pk}


def test_deleting_a_product(asked, article):
    article.products.get().delete()

    assert asked == {article.pk}


def test_alias_of_an_article(asked, article):
    alias = article.create_alias(parent=make_category(title="Khác", code="khac"))

    assert asked == {alias.pk}


def test_copy_of_an_article_has_no_external_id(asked, article):
    ArticlePage.objects.filter(pk=article.pk).update(external_id="vi-1")
    article.refresh_from_db()

    copy = article.copy(update_attrs={"slug": "ban-sao"})

    assert copy.external_id is None
    assert copy.pk in asked


@pytest.mark.wagtail_indexes
@pytest.mark.parametrize("kind", ["part", "product", "text"])
def test_changing_or_deleting_what_a_block_shows(asked, site_tree, kind):
    thing = {"part": make_part, "product": make_product, "text": blocks.make_reusable_text}[kind]()
    block = {"part": blocks.parts_block, "product": blocks.facts_block, "text": blocks.reuse_block}[kind](thing)
    page = make_article(make_category(), body=[block])
    asked.clear()

    thing.save()
    after_change = set(asked)
    asked.clear()
    thing.delete()

    assert after_change == asked == {page.pk}
