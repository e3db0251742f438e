"""The ways of an editor: what they publish is found, what they hide is gone, a draft never shows.

How soon is measured in `make soak` (test_freshness.py); here nobody looks at the clock.
"""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.keyboard import Keyboard
from tests.journeys.portal_process import eventually

PATIENCE_SECONDS = 60
WORD = "xoắnquẩy"
PASSWORD_FIELD = "input[name=password]"
MORE_ACTIONS = "footer .w-dropdown__toggle"
APPROVE = "footer button[data-workflow-action-name=approve]"
# The editor of rich text hands what was typed to the form a quarter of a second later.
IS_IN_THE_FORM = "text => [...document.querySelectorAll('input')].some(input => input.value.includes(text))"


def hits(page, base_url, query, language="vi") -> list[str]:
    response = page.request.get(f"{base_url}/api/v1/search", params={"q": query, "lang": language})
    return [result["title"] for result in response.json()["results"]]


def at_the_keyboard(someone, email) -> Keyboard:
    """Somebody who signs in, and from now on touches nothing but keys."""
    someone.page.context.clear_cookies()
    someone.opens("/vi/accounts/login/")
    keys = Keyboard(someone.page).fills("input[name=login]", email).fills(PASSWORD_FIELD, PASSWORD)
    with someone.page.expect_navigation():
        keys.presses("Enter")
    return keys


def write_a_paragraph(keys, text) -> None:
    """Add the first kind of block that is offered, a text, and write it."""
    keys.goes_to(".c-sf-add-button").presses("Enter").goes_to("input[role=combobox]")
    keys.presses("ArrowDown", "Enter").goes_to("[contenteditable=true]").types(text)
    keys.page.wait_for_function(IS_IN_THE_FORM, arg=text)


def submit(keys) -> None:
    keys.goes_to(MORE_ACTIONS).presses("Enter").follows("button[name=action-submit]")


def approve_what_awaits(someone, keys, title) -> None:
    """From the first page of the admin to the draft, and approve it."""
    someone.opens("/admin/")
    expect(someone.page.locator("#awaiting-review-section")).to_contain_text(title)
    keys.follows("#awaiting-review-section .title a").goes_to(MORE_ACTIONS).presses("Enter").follows(APPROVE)


def test_without_a_mouse_an_article_goes_from_nothing_to_both_languages(person, second_person, portal):
    title, english_title = "Cách tháo chốt zirkonium", "Removing the zirkonium pin"

    keys = at_the_keyboard(person, "bientap@nhamay.example")
    person.opens(f"/admin/pages/add/kb/faqpage/{portal.category_id('may-giat')}/")
    keys.fills("[name=title]", title).fills("[name=short_answer]", "Xoay chốt ngược chiều kim đồng hồ rồi kéo ra.")
    write_a_paragraph(keys, "Máy sẽ kêu một tiếng.")
    submit(keys)

    reviewer = at_the_keyboard(second_person, "duyet@nhamay.example")
    approve_what_awaits(second_person, reviewer, title)
    assert hits(person.page, portal.base_url, "zirkonium") == []  # read once is not yet published
    approve_what_awaits(second_person, reviewer, title)
    assert eventually(lambda: hits(person.page, portal.base_url, "zirkonium"), [title], seconds=PATIENCE_SECONDS)

    page_id = person.page.request.get(
        f"{portal.base_url}/api/v1/search", params={"q": "zirkonium", "lang": "vi"}
    ).json()["results"][0]["id"]
    keys = at_the_keyboard(person, "dich@nhamay.example")
    person.opens(f"/admin/translations/{page_id}/to/en/")
    keys.fills("main [name=title]", english_title).follows("main form button[type=submit]")
    keys.fills("[name=short_answer]", "Turn the pin to the left and pull it out.")
    keys.fills("[contenteditable=true]", "The machine beeps once.")
    keys.page.wait_for_function(IS_IN_THE_FORM, arg="The machine beeps once.")
    submit(keys)
    approve_what_awaits(second_person, reviewer, english_title)
    approve_what_awaits(second_person, reviewer, english_title)

    assert eventually(
        lambda: hits(person.page, portal.base_url, "zirkonium", "en"), [english_title], seconds=PATIENCE_SECONDS
    )


def test_an_editor_publishes_a_reader_finds_and_an_unpublished_article_is_gone(person, second_person, portal):
    title = f"Cách tháo chốt {WORD} của máy giặt"
    reader = second_person.page
    page = person.signs_in("duyet@nhamay.example").opens("/admin/").page

    person.opens(f"/admin/pages/add/kb/faqpage/{portal.category_id('may-giat')}/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=short_answer]").fill(f"Xoay chốt {WORD} ngược chiều kim đồng hồ rồi kéo ra.")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))

    assert hits(reader, portal.base_url, WORD) == []

    page.locator("button:has-text('Publish'), button:has-text('Xuất bản')").last.evaluate("b => b.click()")
    page.wait_for_load_state()
    assert eventually(lambda: title in hits(reader, portal.base_url, WORD), True, seconds=PATIENCE_SECONDS)
    second_person.opens("/vi/").searches(WORD)
    expect(reader.locator("a.search-hit__link").first).to_contain_text(WORD)

    page_id = reader.locator("a.search-hit__link").first.get_attribute("data-article-id")
    person.opens(f"/admin/pages/{page_id}/unpublish/")
    page.locator("form[action*='/unpublish/'] button[type=submit]").click()
    page.wait_for_load_state()
    assert eventually(lambda: hits(reader, portal.base_url, WORD), [], seconds=PATIENCE_SECONDS)


def test_the_admin_turns_a_customer_away(person):
    page = person.signs_in("khach@nhamay.example").page

    answer = page.goto(person.base_url + "/admin/")

    assert answer.status == 403
    expect(page.locator("h1")).to_be_visible()
