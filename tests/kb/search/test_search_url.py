"""SEARCH_URL: which engine, where, and a sentence for what cannot be one."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import search_url
from portal.settings.search_url import haystack_connection


def test_whoosh_in_a_folder():
    connection = haystack_connection("whoosh:///srv/portal/search")

    assert (connection["ENGINE"], connection["PATH"]) == (
        "kb.search.backend.PortalWhooshEngine",
        "/srv/portal/search",
    )


def test_server_with_its_index():
    connection = haystack_connection("opensearch://search.internal/portal?timeout=0.5&replicas=2")

    assert connection["ENGINE"] == "kb.search.opensearch.backend.PortalOpenSearchEngine"
    assert (connection["URL"], connection["INDEX_NAME"]) == ("http://search.internal:9200", "portal")
    assert (connection["TIMEOUT"], connection["REPLICAS"]) == (0.5, 2)


def test_server_with_credentials_and_a_certificate_authority_of_its_own():
    connection = haystack_connection("opensearch+https://portal:p%40ss@search.internal:9443/portal?ca=/etc/ca.pem")

    assert connection["URL"] == "https://search.internal:9443"
    assert connection["KWARGS"]["http_auth"] == ("portal", "p@ss")
    assert (connection["KWARGS"]["verify_certs"], connection["KWARGS"]["ca_certs"]) == (True, "/etc/ca.pem")


def test_missing_packages_of_the_server_are_named(monkeypatch):
    monkeypatch.setattr(search_url, "find_spec", lambda name: None)

    search_url.require_packages(haystack_connection("whoosh:///srv/portal/search"))
    with pytest.raises(ImproperlyConfigured, match=r"requirements-scale\.txt"):
        search_url.require_packages(haystack_connection("opensearch://search.internal/portal"))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("elasticsearch://u:secret@host/portal", "not with elasticsearch"),
        ("", "nothing of the kind"),
        ("opensearch://u:secret@host:9200/", "names a host and an index"),
        ("opensearch://u:secret@host/Portal", "lower case"),
        ("opensearch://u:secret@host/portal?colour=red", "no option colour"),
        ("opensearch://u:secret@host/portal?timeout=soon", "timeout is a number"),
        ("opensearch://u:secret@host:many/portal", "port"),
    ],
)
def test_what_cannot_be_one_is_a_sentence_without_the_password(url, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence) as caught:
        haystack_connection(url)

    assert "secret" not in str(caught.value)
