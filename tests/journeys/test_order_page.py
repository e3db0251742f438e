"""What a customer does on the order page, on a phone whose browser runs no script."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Person


@pytest.fixture
def without_script(page, browser: Browser, base_url):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN", java_script_enabled=False)
    yield Person(context.new_page(), base_url).signs_in("khach@nhamay.example")
    context.close()


def test_a_caller_is_checked_and_an_article_goes_back(without_script):
    page = without_script.opens("/vi/orders/").page
    main = page.locator("main")

    # A parcel is on its way, and somebody rings who wants a transfer.
    main.get_by_role("link", name="Robot hút bụi Mây S7").first.click()
    page.get_by_role("link", name="Người giao hàng này có thật không?").click()
    page.locator("input[name=account]").fill("0123456789")
    page.get_by_role("button", name="Kiểm tra tất cả").click()
    expect(main).to_contain_text("Không, điều này không khớp với đơn của bạn")

    # Another order has arrived: first what it is worth, then the request.
    without_script.opens("/vi/orders/")
    main.locator("li", has_text="NM-10005").get_by_role("link").first.click()
    page.get_by_role("link", name="Trả hoặc đổi hàng").click()
    page.locator("input[name$=-quantity]").first.fill("1")
    page.get_by_role("button", name="Xem số tiền được hoàn").click()
    expect(main).to_contain_text(re.compile(r"được hoàn [\d.]+\s₫"))
    page.get_by_role("button", name="Gửi yêu cầu trả hàng").click()
    expect(main).to_contain_text("Đã gửi yêu cầu trả hàng")
    page.get_by_role("button", name="Thôi, tôi giữ lại").click()
    expect(main).to_contain_text("Đã rút lại yêu cầu trả hàng")
