"""One home page, four visitors: what stands there, in which order and colours, and why."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

WHY = "Vì sao tôi thấy ô này?"


def unfold(page: Page) -> None:
    """Open what a page with many boxes folds away."""
    folded = page.locator("details:not([open]):has(.module-grid) > summary")
    if folded.count():
        folded.click()


def titles(page: Page) -> list[str]:
    unfold(page)
    return [title.strip() for title in page.locator("section.module > h2").all_inner_texts()]


def background(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def reason_of(page: Page, title: str) -> str:
    """Open the reason of a box as a visitor does, and read it."""
    box = page.locator("section.module").filter(has=page.get_by_role("heading", name=title, exact=True))
    box.locator("summary", has_text=WHY).click()
    sentence = box.locator("details[open] p").first
    expect(sentence).to_be_visible()
    return sentence.inner_text()


def test_four_visitors_see_four_pages_and_are_told_why(browser, base_url):
    pages = {}
    for visitor in ("", "khach", "khach2", "khach3"):
        context = browser.new_context(locale="vi-VN", color_scheme="light", viewport={"width": 1280, "height": 900})
        page = pages[visitor] = context.new_page()
        if visitor:
            page.goto(f"{base_url}/vi/accounts/login/?next=/vi/")
            page.locator("input[name=login]").fill(f"{visitor}@nhamay.example")
            page.locator("input[name=password]").fill("mot-ngay-dep-troi")
            with page.expect_navigation():
                page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.goto(f"{base_url}/vi/")
    guest, first, second, third = pages.values()

    # Content and order: a guest what is for everybody, each customer their own things, what waits for them first.
    seen = {visitor: titles(page) for visitor, page in pages.items()}
    assert len({tuple(shown) for shown in seen.values()}) == 4
    assert "Chủ đề trợ giúp" in seen[""] and "Ưu đãi cho bạn" not in seen[""]
    assert seen["khach"][0] == "Đơn hàng cần bạn lưu ý"
    assert {"Đơn hàng cần bạn lưu ý", "Bảo hành của bạn sắp hết", "Đọc tiếp", "Ưu đãi cho bạn"} <= set(seen["khach"])
    assert "Câu hỏi thường gặp" not in seen["khach2"]
    assert not {"Đọc tiếp", "Ưu đãi cho bạn"} & set(seen["khach2"])
    assert len({seen["khach2"][0], seen["khach3"][0], seen[""][0]}) == 3
    assert seen["khach3"][0] == "Theo chủ đề bạn chọn"
    assert "Đơn hàng đang đến với bạn" not in seen["khach3"]

    # Colours and size of the letters.
    assert background(second) != background(third) == background(guest)
    sizes = [page.evaluate("getComputedStyle(document.documentElement).fontSize") for page in (guest, second)]
    assert sizes[0] != sizes[1]

    # The reasons, and that the guest's page asks nothing and says so.
    assert "đang dùng" in reason_of(first, "Cho sản phẩm bạn đang dùng")
    assert "trễ hoặc đang chờ bạn" in reason_of(first, "Đơn hàng cần bạn lưu ý")
    assert "chọn các chủ đề này" in reason_of(third, "Theo chủ đề bạn chọn")
    assert re.search("Ai cũng thấy", reason_of(guest, "Được đọc nhiều trong tuần"))

    # Without a script: "not now" is a form, and the box goes down.
    box = third.locator("section.module").filter(has_text="Gợi ý cho bạn").first
    key_before = titles(third).index("Gợi ý cho bạn")
    box.locator("summary", has_text=WHY).click()
    with third.expect_navigation():
        box.get_by_role("button", name="Để sau").click()
    assert titles(third).index("Gợi ý cho bạn") > key_before
    for page in pages.values():
        page.context.close()
