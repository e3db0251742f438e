"""A person without a mouse: everything by Tab, Enter, letters and shortcuts."""

from playwright.sync_api import Page

MOST_STEPS = 220
# Inside shadow roots and frames the focus is where the innermost document says; the admin has neither on the way.
HAS_FOCUS = "selector => document.activeElement !== null && document.activeElement.matches(selector)"


class Keyboard:
    """The keys of one browser."""

    def __init__(self, page: Page):
        self.page = page

    def goes_to(self, selector: str, *, backwards: bool = False) -> "Keyboard":
        """Press Tab until something that `selector` names has the focus."""
        key = "Shift+Tab" if backwards else "Tab"
        for _step in range(MOST_STEPS):
            if self.page.evaluate(HAS_FOCUS, selector):
                return self
            self.page.keyboard.press(key)
        raise AssertionError(f"{MOST_STEPS} times {key} did not reach {selector} on {self.page.url}")

    def types(self, text: str) -> "Keyboard":
        self.page.keyboard.type(text)
        return self

    def presses(self, *keys: str) -> "Keyboard":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def fills(self, selector: str, text: str) -> "Keyboard":
        """Go to a field and put `text` in the place of what it holds."""
        return self.goes_to(selector).presses("Control+a").types(text)

    def follows(self, selector: str) -> "Keyboard":
        """Go to a link or button that leads to another page, and wait for that page."""
        self.goes_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self
