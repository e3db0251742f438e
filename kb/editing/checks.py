"""The Checks panel of the page editor: Wagtail's accessibility rules and what kb.content_problems finds.

Wagtail runs axe over the preview; each of our kinds of problem is a rule of axe, and static/js/admin/content-checks.js
is how it decides. The preview asks anew after each pause in typing, so the panel follows the text.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.forms.widgets import Media, Script
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Page

from kb.content_problems import ADVICE, Problem, ProblemKind, content_problems
from kb.models import ArticlePage

# What of the page axe looks at for each kind; the heading of the page stands for the page as a whole.
SELECTORS = {
    ProblemKind.NO_SHORT_ANSWER: "main h1",
    ProblemKind.DUPLICATE_TITLE: "main h1",
    ProblemKind.EMPTY_HEADING: "main h1",
    ProblemKind.IMAGE_WITHOUT_WORDS: 'main img[alt=""]',
    ProblemKind.VAGUE_LINK: "main a",
    ProblemKind.HEADING_JUMP: "main h2, main h3, main h4",
    ProblemKind.LONG_SENTENCE: "main p, main li",
    ProblemKind.NO_MARKS: "main p, main li, main h2, main h3",
}
# The name of an image is not on the page: its empty description is found by the selector alone.
FOUND_BY_SELECTOR = {ProblemKind.IMAGE_WITHOUT_WORDS}


def rule_of(kind: ProblemKind) -> str:
    """Return the name of the rule of axe, and of its one check, for a kind of problem."""
    return f"kb-{kind.value}"


CHECKS_SCRIPT: Any = Script(  # django-stubs know of addresses only
    "js/admin/content-checks.js", **{"data-checks": " ".join(rule_of(kind) for kind in ProblemKind)}
)


class ArticleCheckerItem(ContentCheckerItem):
    """Wagtail's checker with our rules for one article."""

    media = Media(js=[CHECKS_SCRIPT])

    def __init__(self, problems: list[Problem], *, in_editor: bool = False):
        super().__init__(in_editor=in_editor)
        self.places: dict[ProblemKind, list[str]] = defaultdict(list)
        for problem in problems:
            self.places[problem.kind].append(problem.place)

    def get_axe_run_only(self, request: HttpRequest) -> list[str]:
        # A missing short answer is a missing description for search engines: one of the two is enough.
        stock = [rule for rule in self.axe_run_only if rule != "empty-meta-description"]
        return [*stock, *(rule_of(kind) for kind in ProblemKind)]

    def get_axe_custom_rules(self, request: HttpRequest) -> list[dict[str, Any]]:
        ours = [
            {
                "id": rule_of(kind),
                "impact": "moderate",
                "selector": SELECTORS[kind],
                "tags": ["best-practice"],
                "any": [rule_of(kind)],
                "enabled": True,
            }
            for kind in ProblemKind
        ]
        return [*self.axe_custom_rules, *ours]

    def get_axe_custom_checks(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [
            *self.axe_custom_checks,
            *({"id": rule_of(kind), "options": self._options(kind)} for kind in ProblemKind),
        ]

    def get_axe_messages(self, request: HttpRequest) -> dict[str, Any]:
        ours = {rule_of(kind): {"error_name": kind.label, "help_text": ADVICE[kind]} for kind in ProblemKind}
        return {**self.axe_messages, **ours}

    def _options(self, kind: ProblemKind) -> dict[str, Any]:
        places = self.places.get(kind, [])
        is_of_the_page = kind in FOUND_BY_SELECTOR or "" in places
        return {"places": [place for place in places if place], "everywhere": bool(places) and is_of_the_page}


@hooks.register("construct_wagtail_userbar")
def check_articles_as_ours(request: HttpRequest, items: list[Any], page: Page | None) -> None:
    """Put our checker in the place of Wagtail's for an article."""
    if not isinstance(page, ArticlePage):
        return
    for position, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[position] = ArticleCheckerItem(content_problems(page), in_editor=item.in_editor)
