"""The way to the home page is known to the process, and forgotten with the first change that readers see."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """A change, with what follows it once it is committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def questions_of_wagtail(client, address="/vi/") -> list[str]:
    """What Wagtail asks on the way to the page, beside what boxes ask about articles."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    of_wagtail = re.compile(r'^SELECT "wagtailcore_(?:site|locale|pageviewrestriction)"|"portal_homepage"')
    return [one["sql"] for one in asked if of_wagtail.search(one["sql"])]


def test_the_way_costs_nothing_when_warm_in_either_language(client, site_tree):
    for address in ("/vi/", "/en/"):
        assert questions_of_wagtail(client, address)
        assert not questions_of_wagtail(client, address)


def test_what_is_published_stands_on_the_next_page(client, site_tree, commit):
    home = client.get("/vi/").context_data["page"]

    with commit():
        home.headline = "Cần giúp gì nào?"
        home.save_revision().publish()

    assert "Cần giúp gì nào?" in client.get("/vi/").text
    with commit():
        home.unpublish()
    assert client.get("/vi/").status_code == 404


def test_a_restriction_holds_from_the_next_page_on_and_no_longer_than_it_stands(client, site_tree, commit):
    home = client.get("/vi/").context_data["page"]

    with commit():
        closed = PageViewRestriction.objects.create(page=home.get_parent(), restriction_type=PageViewRestriction.LOGIN)

    for _look in range(2):
        assert client.get("/vi/").status_code == 302
    with commit():
        closed.delete()
    assert client.get("/vi/").status_code == 200


def test_with_a_second_site_each_host_gets_its_own_page(client, site_tree, commit, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.get("/vi/")

    with commit():
        Site.objects.create(hostname="khac.example", root_page=site_tree["en"].get_first_child())

    assert client.get("/en/").context_data["page"] == site_tree["en"]
    assert client.get("/en/", headers={"host": "khac.example"}).context_data["page"].pk != site_tree["en"].pk


def test_what_one_request_notes_on_its_page_no_other_sees(client, site_tree):
    pages = [client.get("/vi/").context_data["page"] for _look in range(2)]

    assert pages[0] == pages[1]
    assert pages[0] is not pages[1]
