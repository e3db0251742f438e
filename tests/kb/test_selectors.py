"""What other apps may ask."""

import pytest

from kb import selectors
from tests.factories.kb import make_article, make_category, make_product, restrict

pytestmark = pytest.mark.django_db


def test_article_is_given_as_a_link(site_tree):
    article = make_article(make_category(), title="Mã lỗi")

    assert selectors.article_link(str(article.pk), user=None) == selectors.Link(
        str(article.pk), "Mã lỗi", "/vi/help/bao-hanh/ma-loi/"
    )


@pytest.mark.parametrize("number", ["", "abc", "-1", "0", "²", "9" * 400, "1; DROP", "\x00"])
def test_what_is_no_number_of_an_article_gives_nothing(site_tree, number):
    assert selectors.article_link(number, user=None) is None


def test_closed_article_is_no_link_for_a_stranger(site_tree):
    article = make_article(make_category())
    restrict(article)

    assert selectors.article_link(article.pk, user=None) is None


def test_products_are_found_by_code_in_a_language(site_tree):
    make_product("NM-W85")
    make_product("NM-W85", language="en", name="Washing machine", slug="washing-machine")

    links = selectors.products_by_code(["NM-W85", "NM-NO"], language="en")

    assert {code: link.url for code, link in links.items()} == {"NM-W85": "/en/products/washing-machine/"}


def test_every_product_has_an_address_for_the_sitemap(site_tree):
    make_product("NM-W85")

    assert selectors.product_addresses() == [("vi", "/vi/products/nm-w85/")]
