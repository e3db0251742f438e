"""Twenty requests of one person at the same moment, against the running site: nothing is decided twice or given again."""

import re
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.soak

AT_ONCE = 20
ROUNDS = 10
EMAIL = "khach3@nhamay.example"
DECISIONS = (
    "SELECT COUNT(*) FROM personalization_consentrecord record JOIN portal_user person ON person.id = record.user_id "
    "WHERE person.email = ? AND record.purpose = ?"
)
LAST_DECISION = (
    "SELECT is_granted FROM personalization_consentrecord record JOIN portal_user person ON person.id = record.user_id "
    "WHERE person.email = ? AND record.purpose = ? ORDER BY record.id DESC LIMIT 1"
)
OWNED = (
    "SELECT COUNT(*) FROM personalization_ownedproduct owned JOIN portal_user person ON person.id = owned.user_id "
    "WHERE person.email = ? AND owned.serial_number = ?"
)
CHOICES = {"theme": "dark", "text_size": "normal", "density": "comfortable"}
NO_PRODUCTS = {"products-TOTAL_FORMS": "0", "products-INITIAL_FORMS": "0"}
ONE_PRODUCT = {
    "products-TOTAL_FORMS": "1",
    "products-INITIAL_FORMS": "0",
    "products-0-product_code": "NM-F6",
    "products-0-serial_number": "RACE1",
}


class NoRedirect(HTTPRedirectHandler):
    """Lets a redirect be seen."""

    def redirect_request(self, *args, **kwargs):
        return None


class Browser:
    """One browser: its cookies, the page it read last, and many requests with them at once."""

    def __init__(self, base_url):
        self.base_url, self.page = base_url, ""
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), NoRedirect())
        (self._jar,) = (one.cookiejar for one in self._opener.handlers if isinstance(one, HTTPCookieProcessor))

    def open(self, path, fields=None):
        body = urlencode({**fields, "csrfmiddlewaretoken": self._token}).encode() if fields else None
        return self._ask(self._opener, Request(self.base_url + path, body, {"Origin": self.base_url}))

    def read(self, path):
        self.page = self._opener.open(self.base_url + path, timeout=60).read().decode()
        return self.page

    def send_at_once(self, *requests):
        """Send these (path, fields), each with the cookies of this moment; returns their statuses in order."""
        cookies, token = "; ".join(f"{one.name}={one.value}" for one in self._jar), self._token

        def send(request):
            path, fields = request
            body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
            headers = {"Origin": self.base_url, "Cookie": cookies}
            return self._ask(build_opener(NoRedirect()), Request(self.base_url + path, body, headers))

        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(send, requests))

    @property
    def _token(self):
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)[1]

    @staticmethod
    def _ask(opener, request):
        try:
            return opener.open(request, timeout=120).status
        except HTTPError as answer:
            return answer.code


def positions(page):
    """The places of the boxes as the form of the page holds them."""
    return dict(re.findall(r'name="(position-[^"]+)" value="(\d+)"', page))


def test_what_one_person_does_twenty_times_at_once_is_done_once_and_a_withdrawal_holds(portal, capsys):
    browser = Browser(portal.base_url)
    page = browser.read("/vi/preferences/")
    assert browser.open("/vi/preferences/", {**CHOICES, **ONE_PRODUCT, **positions(page), "consent": "on"}) == 302
    browser.read("/vi/accounts/login/")
    assert browser.open("/vi/accounts/login/", {"login": EMAIL, "password": PASSWORD}) == 302

    questions = re.findall(r'name="([^"]+)" value="browser"', browser.read("/vi/preferences/merge/"))
    answers = {**dict.fromkeys(questions, "browser"), "consent": "on"}
    merged = browser.send_at_once(*[("/vi/preferences/merge/", answers)] * AT_ONCE)
    assert set(merged) == {302}
    assert portal.count(OWNED, EMAIL, "RACE1") == 1

    browser.read("/vi/preferences/")
    before = portal.count(DECISIONS, EMAIL, "offers")
    for number, decision in enumerate(("allow", "withdraw"), start=1):
        switch = ("/vi/preferences/consent/", {"purpose": "offers", "decision": decision})
        assert set(browser.send_at_once(*[switch] * AT_ONCE)) == {302}
        assert portal.count(DECISIONS, EMAIL, "offers") == before + number

    statuses = []
    for _round in range(ROUNDS):
        page = browser.read("/vi/preferences/")
        browser.open("/vi/preferences/", {**CHOICES, **NO_PRODUCTS, **positions(page), "consent": "on"})
        saving = ("/vi/preferences/", {**CHOICES, **NO_PRODUCTS, **positions(page)})
        requests = [saving] * AT_ONCE
        requests[AT_ONCE // 3] = ("/vi/preferences/withdraw/", {"choices": "keep"})
        statuses += browser.send_at_once(*requests)
        assert portal.count(LAST_DECISION, EMAIL, "personalization") == 0

    with capsys.disabled():
        counted = {status: statuses.count(status) for status in sorted(set(statuses))}
        print(f"\n{ROUNDS} withdrawals among {AT_ONCE - 1} saved forms each: none given again, answers {counted}")
    assert set(counted) == {200, 302}
