"""The ways of an editor: what they publish is found, what they hide is gone, a draft never shows.

How soon is measured in `make soak` (test_freshness.py); here nobody looks at the clock.
"""

import re

from playwright.sync_api import expect

from tests.journeys.portal_process import eventually

PATIENCE_SECONDS = 60
WORD = "xoắnquẩy"


def hits(page, base_url, query) -> list[str]:
    response = page.request.get(f"{base_url}/api/v1/search", params={"q": query, "lang": "vi"})
    return [result["title"] for result in response.json()["results"]]


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
