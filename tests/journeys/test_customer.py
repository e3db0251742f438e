"""The ways of a customer: find an answer, look up an order, make the home page their own."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.portal_process import eventually

SAMPLE_REFERENCE = "NM-10001"
SAMPLE_CONTACT = "an.nguyen@example.com"


def letters_with_code(portal) -> list[str]:
    return [letter for letter in portal.letters_to(SAMPLE_CONTACT) if re.search(r"^ +\d{6}$", letter, re.MULTILINE)]


def test_search_leads_to_the_article_and_from_there_to_a_person(person, portal):
    page = person.opens("/vi/").page

    person.searches("may in ket giay")
    first_hit = page.locator("a.search-hit__link").first
    expect(first_hit).to_contain_text("kẹt giấy")
    first_hit.click()
    expect(page.locator("h1")).to_contain_text("kẹt giấy")

    page.get_by_role("main").locator("a[href*='/vi/contact/']").first.click()
    page.locator("input[name=name]").fill("Nguyễn Thị Thử")
    page.locator("input[name=email]").fill("thu.nguyen@example.com")
    page.locator("input[name=subject]").fill("Giấy vẫn kẹt sau khi lau trục")
    page.locator("textarea[name=body]").fill("Tôi đã làm đủ các bước mà máy vẫn báo lỗi ở khay trước.")
    page.locator("#contact-form button[type=submit]").click()
    # The first time the page offers articles once more and keeps what was typed.
    expect(page.locator("#suggestions")).to_be_visible()
    page.locator("#contact-form button[type=submit]").click()

    page.wait_for_url(re.compile(r"/vi/contact/[^/?]+/$"))
    expect(page.locator("main")).to_contain_text("Giấy vẫn kẹt sau khi lau trục")
    page.wait_for_timeout(3_000)  # the letter goes out from the queue
    assert any(
        "Giấy vẫn kẹt" in letter or "=?utf-8?" in letter for letter in portal.letters_to("thu.nguyen@example.com")
    )


def test_suggestions_while_typing_lead_by_keyboard_to_the_article(person):
    page = person.opens("/vi/").page
    box = page.locator("input[name=q]:visible").first

    box.press_sequentially("loi loc", delay=60)
    expect(page.locator("[role=option]").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")

    expect(page.locator("h1")).to_be_visible()
    assert "/help/" in page.url


def test_suggestions_lead_to_the_order_whose_number_is_typed_and_ask_nothing_twice(person):
    page = person.opens("/vi/").page
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/suggestions/" in request.url else None)
    box = page.locator("input[name=q]:visible").first

    box.press_sequentially(SAMPLE_REFERENCE, delay=20)
    expect(page.locator("[role=option]").first).to_contain_text(SAMPLE_REFERENCE)
    expect(page.locator("form[role=search] [role=status]").first).to_contain_text("gợi ý")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("Enter")

    expect(page.locator("input[name=number]")).to_have_value(SAMPLE_REFERENCE)
    texts = [re.search(r"[?&]q=([^&]*)", address).group(1) for address in asked]
    assert len(texts) == len(set(texts))


def test_a_guest_looks_up_an_order_and_a_wrong_contact_learns_nothing(person, second_person):
    page = person.opens("/vi/orders/").page
    page.locator("input[name=number]").fill(SAMPLE_REFERENCE.lower())
    page.locator("input[name=contact]").fill(SAMPLE_CONTACT.upper())
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/vi/orders/[^/]+/$"))
    expect(page.locator("h1")).to_contain_text(re.compile(r"Đơn"))
    assert "an.nguyen" not in page.content()

    answers = []
    for reference, contact in ((SAMPLE_REFERENCE, "other@example.com"), ("NM-99999", SAMPLE_CONTACT)):
        other = second_person.opens("/vi/orders/").page
        other.locator("input[name=number]").fill(reference)
        other.locator("input[name=contact]").fill(contact)
        other.locator("main form button[type=submit]").first.click()
        answers.append(other.locator("main [role=alert], main .notice, main .form-errors").first.inner_text())
        assert other.locator("input[name=number]").input_value() == reference
    assert answers[0] == answers[1]
    assert second_person.page.goto(page.url).status == 404


def test_a_box_hidden_in_place_stays_away_until_it_is_taken_back(person, second_person):
    page = person.signs_in("khach@nhamay.example").opens("/vi/").page
    headings = page.locator("main h2")
    titles = headings.all_inner_texts()
    expect(page.locator("main details:has-text('Vì sao')").first).to_be_attached()

    hide = page.locator("form[action*='/modules/hide/']").first
    module = hide.locator("input[name=key], input[name=module]").first.get_attribute("value")
    with page.expect_navigation():
        hide.locator("button:not([name]):not([formaction])").evaluate("button => button.click()")
    elsewhere = second_person.signs_in("khach@nhamay.example").opens("/vi/").page

    for shown in (page, elsewhere):
        assert shown.locator(f"form[action*='/modules/hide/'] input[value='{module}']").count() == 0
        assert shown.locator("main h2").all_inner_texts() != titles
    # Taken back: the other journeys of this customer find the page as it was.
    with page.expect_navigation():
        page.get_by_role("button", name="Hoàn tác").click()
    assert headings.all_inner_texts() == titles


def test_my_orders_show_everything_to_their_owner(person):
    page = person.signs_in("khach@nhamay.example").opens("/vi/orders/").page

    page.locator("main a[href*='/vi/orders/']").first.click()

    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text("₫")


def test_signing_in_by_a_code_from_the_mail(person, portal):
    page = person.opens("/vi/accounts/login/code/").page
    page.locator("input[name=email]").fill("khach2@nhamay.example")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("input[name=code]")).to_be_visible()

    letter = portal.letters_to("khach2@nhamay.example")[-1]
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", letter, re.MULTILINE).group(1)
    page.locator("input[name=code]").fill(code)
    page.locator("main form:has(input[name=code]) button[type=submit]").first.click()

    person.opens("/vi/account/")
    expect(page.locator("main")).to_contain_text("khach2@nhamay.example")


def test_a_guest_proves_more_and_sees_more(person, second_person, portal):
    """T0 by number and contact, T1 by the link of a letter, T2 by its code; the letter opens in another browser."""
    letters_before = len(letters_with_code(portal))
    page = person.opens("/vi/orders/").page
    page.locator("input[name=number]").fill(SAMPLE_REFERENCE)
    page.locator("input[name=contact]").fill(SAMPLE_CONTACT)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/vi/orders/[^/]+/$"))
    expect(page.locator("main")).not_to_contain_text("Tổng cộng")

    page.get_by_role("link", name="Xem đầy đủ bằng mã").click()
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.locator("input[name=code]")).to_be_visible()
    assert eventually(lambda: len(letters_with_code(portal)) > letters_before, True, seconds=20)
    letter = letters_with_code(portal)[-1]

    link = re.search(r"/vi/orders/link/[\w-]+/", letter)[0]
    other = second_person.opens(link).page
    expect(other.locator("main")).not_to_contain_text("NM-")
    other.get_by_role("button", name="Xem đơn hàng của tôi").click()
    other.wait_for_url(re.compile(r"/vi/orders/\w{10}/$"))
    expect(other.locator("main")).to_contain_text("***")
    expect(other.locator("main")).not_to_contain_text("Nguyễn Hoài An")

    page.locator("input[name=code]").fill(re.search(r"^ +(\d{6})$", letter, re.MULTILINE)[1])
    page.get_by_role("button", name="Xem đầy đủ").click()
    expect(page.locator("main")).to_contain_text("Nguyễn Hoài An")

    page.get_by_role("link", name="Ai xem được đơn này").click()
    page.get_by_role("button", name="Đóng liên kết này").first.click()
    assert other.reload().status == 404


def test_a_whole_visit_by_keyboard_alone(person):
    page = person.opens("/vi/").page
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")

    page.locator("main input[name=q]").focus()
    page.keyboard.type("bao hanh")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('search-hit__link')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text(re.compile("bảo hành", re.IGNORECASE))


@pytest.mark.parametrize(
    "path",
    [
        "/vi/",
        "/vi/help/",
        "/vi/search/?q=bao+hanh",
        "/vi/orders/",
        "/vi/contact/",
        "/vi/products/",
        "/vi/preferences/",
        "/vi/accounts/login/",
    ],
)
def test_no_page_is_wider_than_a_phone(phone, path):
    page = phone.opens(path).page

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_main_job_on_a_phone(phone):
    page = phone.opens("/vi/").page

    phone.searches("dieu hoa khong mat")
    page.locator("a.search-hit__link").first.tap()

    expect(page.locator("h1")).to_contain_text(re.compile("điều hòa", re.IGNORECASE))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
