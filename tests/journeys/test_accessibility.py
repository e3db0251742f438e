"""axe finds nothing on any type of page, in either theme."""

import pytest

PAGES = [
    "/vi/",
    "/en/",
    "/vi/help/",
    "/vi/help/bao-hanh/",
    "/vi/products/",
    "/vi/products/parts/",
    "/vi/search/?q=bao+hanh",
    "/vi/search/?q=zzzzqqqq",
    "/vi/orders/",
    "/vi/contact/",
    "/vi/preferences/",
    "/vi/preferences/welcome/",
    "/vi/accounts/login/",
    "/vi/accounts/signup/",
    "/vi/accounts/password/reset/",
    "/vi/khong-co-trang-nay/",
]
OWN_PAGES = ["/vi/", "/vi/account/", "/vi/orders/", "/vi/preferences/", "/vi/accounts/2fa/", "/vi/accounts/email/"]


@pytest.mark.parametrize("path", PAGES)
def test_public_pages_are_accessible(person, assert_accessible, path):
    person.page.goto(person.base_url + path)

    assert_accessible(person.page)


@pytest.mark.parametrize("hit", ["may in ket giay", "ma loi may giat", "thay loi loc nuoc", "vì sao tiền hoàn"])
def test_every_kind_of_article_is_accessible(person, assert_accessible, hit):
    person.opens("/vi/").searches(hit)
    person.page.locator("a.search-hit__link").first.click()

    assert_accessible(person.page)


def test_products_and_their_comparison_are_accessible(person, assert_accessible):
    page = person.opens("/vi/products/").page
    first = page.locator("main h2 a[href*='/vi/products/']").first.get_attribute("href")

    person.opens(first)
    assert_accessible(page)
    person.opens("/vi/products/compare/?p=NM-W85&p=NM-T100")
    assert_accessible(page)


def test_a_customer_s_own_pages_are_accessible_in_both_themes(person, assert_accessible):
    person.signs_in("khach@nhamay.example")
    for path in OWN_PAGES:
        person.opens(path)
        assert_accessible(person.page)
    person.page.goto(person.base_url + "/vi/orders/")
    person.page.locator("main a[href*='/vi/orders/']").first.click()
    assert_accessible(person.page)
    person.page.emulate_media(color_scheme="dark")
    for path in OWN_PAGES:
        person.opens(path)
        assert_accessible(person.page)
