"""What belongs to whom: an order comes into an account and goes out again; an account is erased."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.portal_process import eventually

ORDER, CONTACT = "NM-10001", "an.nguyen@example.com"
# Somebody with a planted value in every app, in letters that have left and in one that waits.
MAKE_ACCOUNT = """
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.utils import timezone
from kb.models import RecentSearch
from personalization.models import DigestSubscription
from personalization.preferences import BEHAVIOUR, DIGEST, PERSONALIZATION, OwnedItem
from portal.lib.letters.models import Letter
from tests.factories.personalization import store_preferences
from tests.factories.support import open_ticket
from tests.factories.tracking import make_order
from tracking import services
user = get_user_model().objects.create_user("zyxsapxoa@example.com", password="{password}", full_name="Zyxten Sắp Xóa")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
store_preferences(
    user,
    owned=(OwnedItem("NM-R9", "ZYXSERI-1"),),
    consents=frozenset([PERSONALIZATION, BEHAVIOUR, DIGEST]),
)
RecentSearch.objects.create(user=user, language="vi", query="zyxtim", shown_query="zyxtim", searched_at=timezone.now())
DigestSubscription.objects.create(user=user, told=dict(zyxtold="2026-11-20"))
order = make_order(
    number="ZYXDON-1",
    customer=user,
    contact_phone="0987000111",
    recipient_name="Zyxten Sắp Xóa",
    recipient_address="3 Ngõ Zyxpho, Cầu Giấy, Hà Nội",
)
services.subscribe(order=order, email=user.email, language="vi", may_write=True)
open_ticket(user=user, email=user.email, name="Zyxten Sắp Xóa", body="Zyxloi hỏi về 0987000111")
Letter.objects.create(kind="kb.article_changed", key="zyx", recipient=user.email, language="vi", mail_id="zyxmail",
    next_attempt_at=timezone.now() + timezone.timedelta(days=1), details=dict(note="zyxthu"))
"""
PLANTED = (
    b"zyxsapxoa",
    b"zyxten",
    b"zyxseri",
    b"zyxtim",
    b"zyxtold",
    b"zyxpho",
    b"zyxloi",
    b"zyxthu",
    b"zyxmail",
    b"987000111",
)


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


def files_with_planted(portal) -> dict[str, bytes]:
    """Every file of the installation that holds a planted value, with the value: tables, logs of writes, index, letters."""
    found = {}
    for path in portal.data_dir.rglob("*"):
        if path.is_file():
            text = path.read_bytes().lower()
            found |= {path.relative_to(portal.data_dir).as_posix(): value for value in PLANTED if value in text}
    return found


def test_an_account_is_erased_by_its_owner_and_no_file_holds_a_value_of_theirs(person, portal):
    made = portal.run_command("shell", "-v0", "-c", MAKE_ACCOUNT.format(password=PASSWORD))
    assert made.returncode == 0, made.stderr
    assert eventually(lambda: len(portal.letters_to("zyxsapxoa@example.com")) >= 2, True, seconds=20)
    page = person.signs_in("zyxsapxoa@example.com").opens("/vi/search/?q=0987000111").page
    person.opens("/vi/account/data/")
    expect(page.locator("main")).to_contain_text("Zyxten Sắp Xóa")
    before = files_with_planted(portal)
    assert "portal.sqlite3" in before or "portal.sqlite3-wal" in before
    assert any(name.startswith("mail/") for name in before)

    page.locator("main a[href*='/account/erase/'], main a[href*='erase']").first.click()
    if page.locator("input[name=password]").count():
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.locator("input[name=agree]").check()
    page.locator("form:has(input[name=agree]) button[type=submit]").click()

    page.wait_for_load_state()
    assert portal.count("SELECT count(*) FROM portal_user WHERE full_name = ?", "Zyxten Sắp Xóa") == 0
    assert eventually(lambda: files_with_planted(portal), {}, seconds=20), files_with_planted(portal)
