"""What belongs to whom: an order comes into an account and goes out again; an account is erased."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.portal_process import eventually

ORDER, CONTACT = "NM-10001", "an.nguyen@example.com"
MAKE_ACCOUNT = """
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
user = get_user_model().objects.create_user("sap-xoa@example.com", password="{password}", full_name="Lê Sắp Xóa")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""


def letters_of(portal, pattern: str) -> list[str]:
    return [found[0] for letter in portal.letters_to(CONTACT) if (found := re.search(pattern, letter, re.MULTILINE))]


def test_a_guest_s_order_comes_into_an_account_and_its_mailbox_takes_it_out_again(person, second_person, portal):
    codes = len(letters_of(portal, r"^ +\d{6}$"))
    page = person.signs_in("khach2@nhamay.example").opens("/vi/orders/").page
    page.locator("input[name=number]").fill(ORDER)
    page.locator("input[name=contact]").fill(CONTACT)
    page.locator("main form:has(input[name=contact]) button[type=submit]").first.click()
    page.get_by_role("link", name="Xem đầy đủ bằng mã").click()
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    assert eventually(lambda: len(letters_of(portal, r"^ +\d{6}$")) > codes, True, seconds=20)
    page.locator("input[name=code]").fill(letters_of(portal, r"^ +\d{6}$")[-1].strip())
    page.get_by_role("button", name="Xem đầy đủ").click()

    page.get_by_role("button", name="Đưa vào tài khoản của tôi").click()
    expect(page.locator("body")).to_contain_text("Đơn đã nằm trong tài khoản của bạn")
    person.opens("/vi/orders/")
    expect(page.locator("main")).to_contain_text(ORDER)

    undo = r"/vi/orders/undo/[^/\s\"]+/"
    assert eventually(lambda: bool(letters_of(portal, undo)), True, seconds=20)
    other = second_person.opens(letters_of(portal, undo)[-1]).page
    other.locator("main form button[type=submit]").first.click()
    expect(other.locator("body")).to_contain_text("không còn thuộc tài khoản nào")


def test_an_account_is_erased_by_its_owner(person, portal):
    made = portal.run_command("shell", "-v0", "-c", MAKE_ACCOUNT.format(password=PASSWORD))
    assert made.returncode == 0, made.stderr
    page = person.signs_in("sap-xoa@example.com").opens("/vi/account/data/").page
    expect(page.locator("main")).to_contain_text("Lê Sắp Xóa")

    page.locator("main a[href*='/account/erase/'], main a[href*='erase']").first.click()
    if page.locator("input[name=password]").count():
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.locator("input[name=agree]").check()
    page.locator("form:has(input[name=agree]) button[type=submit]").click()

    page.wait_for_load_state()
    assert portal.count("SELECT count(*) FROM portal_user WHERE full_name = ?", "Lê Sắp Xóa") == 0
