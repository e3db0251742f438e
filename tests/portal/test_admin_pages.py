"""The admin from end to end: every page that a link leads to opens, in both languages, and speaks Vietnamese."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from django.utils import translation
from wagtail.models import Page
from wagtail.users.models import UserProfile

from kb.models import ArticlePage, FaqPage, MaintenancePage
from portal.catalogues import PLACEHOLDER
from portal.models import User
from tests.factories.kb import make_article, make_category, make_product

pytestmark = pytest.mark.django_db

START = "/admin/"
# In links, in the data of the menu and in that of choosers alike.
ADDRESS = re.compile(r"""["'](/admin/[^"'<>\s\\]*|\?[^"'<>\s\\]+)\\?["']""")
# They end the session, or want to be told what they are about.
NOT_FOLLOWED = re.compile(r"^/admin/(?:logout|bulk|block-preview)/|__|%s")
# Names, and words that are the same in both languages.
SAME_IN_BOTH = {
    "Email": "a word of Vietnamese by now",
    "%s MB": "a unit",
    "URL": "a word of Vietnamese by now",
    "Wagtail core": "a name",
}


@pytest.fixture
def administrator(client, site_tree):
    user = User.objects.create_superuser("quantri@example.test", "x", full_name="Đỗ Gia Khánh")
    client.force_login(user)
    return user


@pytest.fixture
def starts(site_tree) -> list[str]:
    """One of each thing that has a page in the admin, and where the forms of each page type are."""
    category = make_category()
    make_product()
    articles = [make_article(category, model=model) for model in (ArticlePage, FaqPage, MaintenancePage)]
    return [
        START,
        *(f"/admin/pages/{page.pk}/edit/" for page in (*articles, category, *site_tree.values())),
        *(f"/admin/pages/add/kb/{page._meta.model_name}/{category.pk}/" for page in (*articles, category)),
    ]


@pytest.fixture
def untranslated(monkeypatch) -> set[str]:
    """The texts that were asked for in Vietnamese and came back as they were."""
    found: set[str] = set()

    def watch(name: str, position: int) -> None:
        original: Callable[..., str] = getattr(translation._trans, name)

        def watched(*args):
            text = original(*args)
            if translation.get_language() == "vi" and text in args and _has_words(text):
                found.add(args[position])
            return text

        monkeypatch.setattr(translation._trans, name, watched)

    translation.gettext("")  # the functions are bound at the first use
    for name, position in (("gettext", 0), ("pgettext", 1), ("ngettext", 0), ("npgettext", 1)):
        watch(name, position)
    return found


def _has_words(text: str) -> bool:
    return re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", text)) is not None


def pages_of_the_admin(client, starts: list[str]) -> Iterator[tuple[str, int]]:
    """Yield (address, status) of each admin page that links lead to from `starts`, one for each route and kind."""
    waiting, seen = list(starts), set()
    while waiting:
        address = waiting.pop(0)
        route = _route_of(address)
        if route is None or route in seen:
            continue
        seen.add(route)
        response = client.get(address)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            continue  # a button's address, not a page
        yield address, response.status_code
        if response.status_code == 200 and "html" in response["Content-Type"]:
            found = ADDRESS.findall(unescape(response.content.decode()))
            waiting.extend(urljoin(address, link) for link in found if not NOT_FOLLOWED.search(link))


def _route_of(address: str) -> tuple[str, ...] | None:
    path = urlsplit(address).path
    if not path.startswith(START) or urlsplit(address).netloc:
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return (path,)
    # Each page type and snippet has forms of its own below one route.
    kinds = tuple(str(value) for name, value in match.kwargs.items() if name.endswith("model_name"))
    if "page_id" in match.kwargs and match.url_name == "edit":
        kinds = (Page.objects.get(pk=match.kwargs["page_id"]).cached_content_type.model,)
    return (match.route, *kinds)


@pytest.mark.parametrize("language", ["vi", pytest.param("en", marks=pytest.mark.soak)])
def test_every_admin_page_opens_and_speaks_the_editors_language(client, administrator, starts, untranslated, language):
    UserProfile.objects.update_or_create(user=administrator, defaults={"preferred_language": language})

    pages = dict(pages_of_the_admin(client, starts))

    assert len(pages) > 120
    assert {address: status for address, status in pages.items() if status not in (200, 302)} == {}
    assert untranslated - SAME_IN_BOTH.keys() == set()
