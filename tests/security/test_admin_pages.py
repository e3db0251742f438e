"""The admin: what its pages may load, and what of Wagtail's is closed."""

import pytest

from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client, site_tree):
    user = make_user(role="writer")
    client.force_login(user)
    return user


@pytest.mark.parametrize("path", ["", "pages/", "handbook/", "users/", "no-such-page/"])
def test_pages_of_the_admin_load_nothing_from_elsewhere(client, writer, path):
    policy = client.get(f"/admin/{path}").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert not {"http:", "https:", "*", "'unsafe-eval'"} & set(policy.replace(";", " ").split())


def test_a_preview_keeps_the_strict_policy_of_the_page_it_shows(client, writer):
    article = make_article(make_category())

    policy = client.get(f"/admin/pages/{article.pk}/view_draft/").headers["Content-Security-Policy"]

    assert "'unsafe-inline'" not in policy


def test_public_pages_keep_theirs(client, site_tree):
    assert "'unsafe-inline'" not in client.get("/vi/help/").headers["Content-Security-Policy"]


def test_wagtail_s_test_of_an_alarm_is_closed(client, writer):
    assert client.get("/admin/failwhale/").status_code == 404
