"""Every address that the product promises answers, on a running portal."""

import json
import urllib.error
import urllib.request

import pytest

PUBLIC = [
    "/vi/",
    "/en/",
    "/vi/help/",
    "/en/help/",
    "/vi/products/",
    "/vi/products/compare/",
    "/vi/products/parts/",
    "/vi/search/?q=bao+hanh",
    "/en/search/?q=warranty",
    "/vi/orders/",
    "/vi/preferences/",
    "/vi/contact/",
    "/vi/accounts/login/",
    "/vi/accounts/signup/",
    "/vi/accounts/password/reset/",
    "/api/v1/docs",
    "/api/v1/openapi.json",
    "/api/v1/search?q=bao+hanh&lang=vi",
    "/api/v1/suggest?q=bao&lang=vi",
    "/healthz",
    "/readyz",
    "/metrics",
    "/sitemap.xml",
    "/robots.txt",
    "/llms.txt",
    "/.well-known/security.txt",
    "/favicon.ico",
]


def get(url: str, headers: dict[str, str] | None = None):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=30)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_promised_address_answers(base_url, path):
    with get(base_url + path) as response:
        assert response.status == 200
        assert response.read()


@pytest.mark.parametrize("path", ["/vi/account/", "/admin/"])
def test_what_belongs_to_somebody_leads_to_the_sign_in(base_url, path):
    with get(base_url + path) as response:
        assert "/accounts/login/" in response.url


@pytest.mark.parametrize(
    ("accepts", "leads_to"),
    [("en-GB,en;q=0.9", "/en/"), ("vi-VN", "/vi/"), ("fr-FR,fr", "/vi/"), ("", "/vi/"), ("xx;;q=,*", "/vi/")],
)
def test_the_root_greets_in_the_browser_s_language(base_url, accepts, leads_to):
    with get(base_url + "/", {"Accept-Language": accepts}) as response:
        assert response.url == base_url + leads_to


@pytest.mark.parametrize(
    "path",
    [
        "/fr/",
        "/fr/search/?q=a",
        "/vi/help/khong-co-bai-nay/",
        "/vi/orders/KHONGCODAU/",
        "/vi/contact/HT-0000/",
        "/vi/products/khong-co/",
        "/vi/search/%ff%fe",
        "/api/v1/unknown",
        "/vi/../../etc/passwd",
    ],
)
def test_an_unknown_address_is_a_404_and_never_a_fault(base_url, path):
    with pytest.raises(urllib.error.HTTPError) as caught:
        get(base_url + path)

    # Left open, it would hold one of the server's threads for two seconds.
    caught.value.close()
    assert caught.value.code == 404


def test_warranty_is_found_first_with_and_without_marks_and_decomposed(base_url):
    titles = []
    for query in ("bao%20hanh", "b%E1%BA%A3o%20h%C3%A0nh", "ba%CC%89o%20ha%CC%80nh"):
        with get(f"{base_url}/api/v1/search?q={query}&lang=vi") as response:
            results = json.load(response)["results"]
        titles.append(results[0]["title"])

    assert all("bảo hành" in title.lower() for title in titles)
    assert len(set(titles)) == 1


def test_every_address_of_the_sitemap_answers(base_url):
    import re

    with get(base_url + "/sitemap.xml") as response:
        addresses = re.findall(r"<loc>([^<]+)</loc>", response.read().decode())
    assert len(addresses) > 60

    for address in addresses:
        with get(address) as response:
            assert response.status == 200, address
