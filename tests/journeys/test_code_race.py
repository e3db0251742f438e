"""Many submissions of one code at the same moment, against the running site."""

import re
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

from tests.journeys.portal_process import eventually

SUBMISSIONS = 200


class NoRedirect(HTTPRedirectHandler):
    """Lets a redirect be seen."""

    def redirect_request(self, *args, **kwargs):
        return None


@pytest.mark.soak
def test_two_hundred_submissions_of_one_code_open_it_once(portal, capsys):
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar), NoRedirect())
    path = _post(opener, portal.base_url + "/vi/orders/", {"number": "NM-10001", "contact": "an.nguyen@example.com"})[1]
    address = f"{portal.base_url}{path}code/"
    before = len(_codes(portal))
    _post(opener, address, {})
    assert eventually(lambda: len(_codes(portal)) > before, True, seconds=60)
    page = opener.open(address, timeout=60).read().decode()
    body = urlencode({"csrfmiddlewaretoken": _token(page), "code": _codes(portal)[-1]}).encode()
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _at: _status(address, body, cookies), range(SUBMISSIONS)))

    opened = answers.count(302)
    with capsys.disabled():
        print(
            f"\n{SUBMISSIONS} parallel submissions of one code: {opened} opened it, others {sorted({*answers} - {302})}"
        )
    assert opened == 1
    assert not [status for status in answers if status >= 500]


def _status(address: str, body: bytes, cookies: str) -> int:
    try:
        request = Request(address, body, {"Cookie": cookies, "Origin": address.partition("/vi/")[0]})
        return build_opener(NoRedirect()).open(request, timeout=120).status
    except HTTPError as answer:
        return answer.code


def _post(opener, address: str, fields: dict) -> tuple[int, str]:
    page = opener.open(address, timeout=60).read().decode()
    body = urlencode({**fields, "csrfmiddlewaretoken": _token(page)}).encode()
    try:
        return opener.open(address, body, timeout=60).status, ""
    except HTTPError as answer:
        return answer.code, answer.headers.get("Location", "")


def _token(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def _codes(portal) -> list[str]:
    letters = portal.letters_to("an.nguyen@example.com")
    return [found[1] for letter in letters if (found := re.search(r"^ +(\d{6})$", letter, re.MULTILINE))]
