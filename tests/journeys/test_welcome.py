"""Somebody who is asked for the first time: walks back, skips, reloads, agrees, and then signs in to an account."""

from playwright.sync_api import expect

from tests.journeys.test_home_page import background, titles


def test_a_guest_is_asked_agrees_and_signs_in_without_losing_either_choice(second_person, assert_accessible):
    page = second_person.opens("/vi/").page
    assert "Theo chủ đề bạn chọn" not in titles(page)
    page.get_by_role("link", name="Bắt đầu: ba bước ngắn").click()

    # Topics, products with a slip, back and on again: what was typed is still there, also after a reload.
    page.get_by_label("Giao hàng và lắp đặt").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Tên máy").first.select_option("NM-F6")
    page.get_by_label("Số sê-ri").first.fill("<b>")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("Nội dung bạn đã nhập vẫn còn nguyên")
    page.get_by_label("Số sê-ri").first.fill("F6-1")
    page.get_by_role("button", name="Quay lại").click()
    expect(page.get_by_label("Giao hàng và lắp đặt")).to_be_checked()
    page.get_by_role("button", name="Tiếp tục").click()
    page.reload()
    expect(page.get_by_label("Số sê-ri").first).to_have_value("F6-1")
    page.get_by_role("button", name="Tiếp tục").click()

    # Nothing is stored without the consent, and the last page shows what would be.
    expect(page.locator("dl.facts")).to_contain_text("số sê-ri F6-1")
    page.get_by_role("button", name="Hoàn tất").click()
    assert "portal_preferences" not in {cookie["name"] for cookie in page.context.cookies()}
    assert_accessible(page)
    page.get_by_label("Có, hãy sắp xếp các trang cho tôi").check()
    page.get_by_role("button", name="Hoàn tất").click()
    assert {"Theo chủ đề bạn chọn", "Cho sản phẩm bạn đang dùng"} <= set(titles(page))

    # The account has choices of its own: it asks, and kept as it is it loses nothing.
    light = background(page)
    second_person.signs_in("khach2@nhamay.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bạn muốn giữ lựa chọn nào?")
    assert_accessible(page)
    page.get_by_role("button", name="Giữ nguyên tài khoản của tôi").click()
    assert "portal_preferences" not in {cookie["name"] for cookie in page.context.cookies()}
    second_person.opens("/vi/")
    assert background(page) != light
    assert_accessible(page)
