"""A running portal with its demo, and a real Chromium to visit it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.portal_process import PortalProcess

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "mot-ngay-dep-troi"
# Reports are gathered where a person can look at them.
expect.set_options(timeout=15_000)


def pytest_itemcollected(item):
    if "page" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def migrated_data(tmp_path_factory) -> Path:
    """A data folder with the tables made: that takes longer than all the rest of a start, and is the same for all."""
    data_dir = tmp_path_factory.mktemp("migrated")
    made = PortalProcess(data_dir).run_command("migrate", "-v0")
    assert made.returncode == 0, made.stderr
    return data_dir


@pytest.fixture(scope="session")
def portal(migrated_data, tmp_path_factory) -> Iterator[PortalProcess]:
    """The whole site with its demo content. Limits are off: one machine plays all visitors."""
    data_dir = tmp_path_factory.mktemp("portal-data")
    shutil.copytree(migrated_data, data_dir, dirs_exist_ok=True)
    process = PortalProcess(data_dir, environment={"RATE_LIMITS": "off"})
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def base_url(portal) -> str:
    return portal.base_url


@dataclass
class Person:
    """Somebody at a browser of their own."""

    page: Page
    base_url: str

    def opens(self, path: str) -> "Person":
        response = self.page.goto(self.base_url + path)
        assert response is not None and response.status < 400, f"{path}: {response and response.status}"
        return self

    def signs_in(self, email: str, password: str = PASSWORD) -> "Person":
        self.opens("/vi/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        expect(self.page.locator("input[name=password]")).to_have_count(0)
        return self

    def searches(self, text: str) -> "Person":
        box = self.page.locator("input[name=q]:visible").first
        box.fill(text)
        box.press("Enter")
        self.page.wait_for_url("**/search/**")
        return self


@pytest.fixture
def person(page, base_url) -> Person:
    """A visitor at a desktop browser."""
    page.set_viewport_size({"width": 1280, "height": 900})
    return Person(page, base_url)


@pytest.fixture
def second_person(browser: Browser, base_url) -> Iterator[Person]:
    """Somebody else, with another browser and no shared cookies."""
    context = browser.new_context(locale="vi-VN")
    yield Person(context.new_page(), base_url)
    context.close()


@pytest.fixture
def phone(browser: Browser, base_url) -> Iterator[Person]:
    """A visitor at a phone 390 px wide."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", has_touch=True, is_mobile=True
    )
    yield Person(context.new_page(), base_url)
    context.close()


@pytest.fixture
def assert_accessible():
    """Run axe over a page and fail with what it found."""

    def check(page: Page) -> None:
        results = Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        assert results.violations_count == 0, results.generate_report()

    return check
