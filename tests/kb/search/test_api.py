"""The search API as the contract has it."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(read_only_shop):
    return read_only_shop


def test_search_answers_with_the_promised_fields(shop, client):
    response = client.get("/api/v1/search", {"q": "bao hanh", "lang": "vi"})

    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"query", "corrected_query", "count", "took_ms", "results"}
    assert set(body["results"][0]) == {"id", "external_id", "type", "title", "url", "snippet", "score"}
    assert body["results"][0]["external_id"] == "bao-hanh"
    assert body["results"][0]["type"] == "article"


def test_suggest_answers_with_the_promised_fields(shop, client):
    body = client.get("/api/v1/suggest", {"q": "may in"}).json()

    assert set(body) == {"query", "suggestions"}
    assert body["suggestions"][0] == {
        "text": shop.printer.title,
        "url": "/vi/help/may-in/may-in-bi-ket-giay/",
        "external_id": "ket-giay",
        "type": "article",
    }


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/suggest"])
def test_answers_set_no_cookie_and_may_be_kept_for_a_moment(shop, client, path):
    response = client.get(path, {"q": "máy"})

    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=2"


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/suggest"])
def test_limit_is_kept_and_checked(shop, client, path):
    def answer(limit):
        return client.get(path, {"q": "máy", "limit": limit})

    body = answer(2).json()
    assert len(body.get("results", body.get("suggestions"))) == 2
    assert [answer(limit).status_code for limit in ("0", "-1", "1000", "abc")] == [422] * 4


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/suggest"])
def test_unknown_language_is_not_found_with_a_sentence(shop, client, path):
    response = client.get(path, {"q": "máy", "lang": "fr"})

    assert response.status_code == 404
    assert "vi" in response.json()["detail"]


@pytest.mark.parametrize("text", ["", "*", "[a TO", "a\x00b", "x" * 10_000, "<b>", "%"])
def test_odd_text_is_answered(shop, client, text):
    assert client.get("/api/v1/search", {"q": text}).status_code == 200
    assert client.get("/api/v1/suggest", {"q": text}).status_code == 200


def test_too_many_requests_are_refused_with_a_sentence(shop, client, settings, monkeypatch):
    settings.RATE_LIMITS_ON = True
    monkeypatch.setattr("kb.api.SEARCH_RATES", "2/m/ip")

    statuses = [client.get("/api/v1/search", {"q": ""}).status_code for _ in range(2)]
    refused = client.get("/api/v1/search", {"q": ""})

    assert (statuses, refused.status_code) == ([200, 200], 429)
    assert refused.json()["detail"] == "Bạn tìm quá nhiều lần trong thời gian ngắn. Hãy đợi một phút rồi thử lại."


def test_number_of_queries_is_small(shop, client, django_assert_max_num_queries):
    client.get("/api/v1/search", {"q": "máy"})

    with django_assert_max_num_queries(4):
        client.get("/api/v1/search", {"q": "máy giặt"})
