"""The ways of an editor: what they publish is found within 3 s, what they hide is gone, a draft never shows."""

import re
import time

from playwright.sync_api import expect

# The promise of the product; asked of the API as a reader's browser would.
FOUND_WITHIN_SECONDS = 3
WORD = "xoắnquẩy"


def hits(page, base_url, query) -> list[str]:
    response = page.request.get(f"{base_url}/api/v1/search", params={"q": query, "lang": "vi"})
    return [result["title"] for result in response.json()["results"]]


def eventually(look, wanted) -> bool:
    """Whether `look()` gives `wanted` within the promised time."""
    deadline = time.monotonic() + FOUND_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if look() == wanted:
            return True
        time.sleep(0.1)
    return False


def test_an_editor_publishes_a_reader_finds_and_an_unpublished_article_is_gone(person, second_person, base_url):
    title = f"Cách tháo chốt {WORD} của máy giặt"
    reader = second_person.page
    page = person.signs_in("duyet@nhamay.example").opens("/admin/").page

    # The explorer leads to the category; its form makes a new FAQ page.
    category = page.request.get(f"{base_url}/admin/api/main/pages/?type=kb.CategoryPage&limit=50").json()["items"]
    washing = next(item for item in category if item["title"] == "Máy giặt")
    person.opens(f"/admin/pages/add/kb/faqpage/{washing['id']}/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=short_answer]").fill(f"Xoay chốt {WORD} ngược chiều kim đồng hồ rồi kéo ra.")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))

    assert hits(reader, base_url, WORD) == []

    page.locator("button:has-text('Publish'), button:has-text('Xuất bản')").last.evaluate("b => b.click()")
    page.wait_for_load_state()
    assert eventually(lambda: title in hits(reader, base_url, WORD), True)
    second_person.opens("/vi/").searches(WORD)
    expect(reader.locator("a.search-hit__link").first).to_contain_text(WORD)

    page_id = re.search(r"/admin/pages/(\d+)/", page.url) or re.search(
        r"(\d+)", reader.locator("a.search-hit__link").first.get_attribute("data-article-id")
    )
    person.opens(f"/admin/pages/{page_id.group(1)}/unpublish/")
    page.locator("form[action*='unpublish'] [type=submit], main form [type=submit]").last.click()
    page.wait_for_load_state()
    assert eventually(lambda: hits(reader, base_url, WORD), [])


def test_the_admin_turns_a_customer_away(person):
    page = person.signs_in("khach@nhamay.example").page

    page.goto(person.base_url + "/admin/")

    expect(page.locator("body")).not_to_contain_text("Explorer")
    assert "/admin/" not in page.url or page.locator("form[action*='login']").count() or "không" in page.content()
