"""The addresses for machines: health, metrics, robots, sitemap, security.txt."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_tasks_db.models import DBTaskResult

from kb import search
from portal import health

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_liveness_asks_nothing_of_the_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_of_a_public_site_ask_by_address_and_without_https(client, site_tree, settings, path):
    settings.ALLOWED_HOSTS = ["help.shop.example"]
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path, headers={"host": "127.0.0.1:8000"}).status_code in (200, 503)
    assert client.get("/robots.txt", headers={"host": "127.0.0.1:8000"}).status_code == 400


def test_readiness_names_each_part(client, site_tree):
    body = client.get("/readyz").json()

    assert set(body["checks"]) == {"database", "index", "queue", "disk", "meaning"}


@pytest.mark.parametrize(
    ("part", "fault"),
    [("database", DatabaseError("gone")), ("index", search.SearchUnavailable("torn")), ("disk", OSError("full"))],
)
def test_readiness_is_503_and_names_what_is_wrong(client, db, monkeypatch, part, fault):
    def broken():
        raise fault

    monkeypatch.setitem(health.CHECKS, part, broken)
    response = client.get("/readyz")

    assert response.status_code == 503
    assert str(fault) in response.json()["checks"][part]


def waiting_task(*, minutes: int, queue_name: str = "mail", **state):
    task = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="portal.tasks.purge_sessions",
        queue_name=queue_name,
        backend_name="default",
        **state,
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=timezone.now() - timedelta(minutes=minutes))


def test_readiness_notices_that_no_worker_takes_tasks(client, db):
    waiting_task(minutes=6)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "is the worker running?" in response.json()["checks"]["queue"]


def test_a_long_queue_that_moves_is_ready(client, db):
    waiting_task(minutes=60)
    waiting_task(minutes=60, status="RUNNING", started_at=timezone.now() - timedelta(minutes=1))

    assert client.get("/readyz").json()["checks"]["queue"] == "ok, 1 waiting"


def test_a_queue_that_moves_does_not_hide_one_that_stands(client, db):
    waiting_task(minutes=60, queue_name="index")
    waiting_task(minutes=60, status="RUNNING", started_at=timezone.now())

    assert "“index” waits since" in client.get("/readyz").json()["checks"]["queue"]


def test_metrics_are_for_loopback(client, db):
    client.get("/healthz")

    response = client.get("/metrics")

    assert response.status_code == 200
    assert b'portal_requests_total{method="GET",status="200",view="healthz"}' in response.content


@pytest.mark.parametrize(
    "request_headers",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": ""},
    ],
)
def test_a_stranger_does_not_learn_that_metrics_exist(client, db, settings, request_headers):
    settings.METRICS_TOKEN = "a-token"

    assert client.get("/metrics", **request_headers).status_code == 404


def test_an_empty_token_opens_nothing(client, db, settings):
    settings.METRICS_TOKEN = ""

    response = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer ")

    assert response.status_code == 404


def test_the_token_opens_metrics_from_elsewhere(client, db, settings):
    settings.METRICS_TOKEN = "a-token"

    response = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer a-token")

    assert response.status_code == 200


def test_robots_keep_out_of_what_is_personal(client):
    text = client.get("/robots.txt").content.decode()

    for path in ("/admin/", "/vi/orders/", "/vi/account/", "/en/accounts/", "/en/search/"):
        assert f"Disallow: {path}\n" in text
    assert "Sitemap: http" in text


def test_security_txt_is_never_expired(client):
    for moment in ("2026-01-01T00:00:00Z", "2031-06-30T12:00:00Z"):
        with time_machine.travel(moment, tick=False):
            text = client.get("/.well-known/security.txt").content.decode()
            expires = parse_datetime(re.search(r"^Expires: (.+)$", text, re.MULTILINE).group(1))

            assert timedelta(days=30) < expires - timezone.now() < timedelta(days=365)


def test_the_sitemap_holds_public_pages_with_their_twins_and_no_foreign_host(client, site_tree, settings):
    response = client.get("/sitemap.xml", HTTP_HOST="evil.example")

    locations = [node.text for node in ElementTree.fromstring(response.content).iter(f"{SITEMAP}loc")]
    assert f"{settings.SITE_URL}/vi/help/" in locations
    assert f"{settings.SITE_URL}/en/help/" in locations
    assert all(location.startswith(settings.SITE_URL + "/") for location in locations)
    assert b'hreflang="en"' in response.content


def test_the_sitemap_leaves_out_drafts(client, site_tree):
    from kb.models import HelpIndexPage

    HelpIndexPage.objects.child_of(site_tree["en"]).get().unpublish()

    assert b"/en/help/" not in client.get("/sitemap.xml").content


def test_llms_txt_points_to_the_search_api(client, db):
    text = client.get("/llms.txt").content.decode()

    assert text.startswith("# ")
    assert "/api/v1/search" in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/llms.txt", "/"])
def test_machine_addresses_take_no_posts(client, db, path):
    assert client.post(path).status_code == 405
