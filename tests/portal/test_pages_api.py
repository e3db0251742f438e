"""Wagtail's API as programs meet it here: published pages, read alone, the same for everybody."""

import pytest
from wagtail.models import APIToken

from tests.factories.kb import make_article, make_category, restrict, text

pytestmark = pytest.mark.django_db

PAGES = "/api/v3/pages/"


@pytest.fixture
def category(site_tree):
    return make_category()


def titles(response) -> set[str]:
    assert response.status_code == 200
    return {item["title"] for item in response.json()["items"]}


def test_a_published_article_is_read_with_its_fields(client, category):
    article = make_article(
        category, title="Bảo hành", short_answer="12 tháng.", body=[text("<p>Tính từ ngày giao.</p>")]
    )

    page = client.get(f"{PAGES}{article.pk}/").json()

    assert page["title"] == "Bảo hành"
    assert page["short_answer"] == "12 tháng."
    assert "Tính từ ngày giao" in str(page["body"])


def test_both_languages_are_listed_and_one_can_be_chosen(client, category):
    make_article(category, title="Bảo hành bao lâu")
    make_article(make_category(language="en", title="Warranty"), title="How long")

    assert titles(client.get(PAGES)) >= {"Bảo hành bao lâu", "How long"}
    assert "Bảo hành bao lâu" not in titles(client.get(PAGES, {"locale": "en"}))


def test_drafts_and_closed_pages_stay_hidden_even_from_an_administrator(client, category, admin_user):
    draft = make_article(category, title="Nháp", is_live=False)
    closed = make_article(category, title="Nội bộ")
    restrict(closed)
    client.force_login(admin_user)

    assert not titles(client.get(PAGES)) & {"Nháp", "Nội bộ"}
    assert client.get(f"{PAGES}{draft.pk}/").status_code == 404
    assert client.get(f"{PAGES}{closed.pk}/").status_code == 404


def test_a_token_opens_nothing_more(client, category, admin_user):
    draft = make_article(category, title="Nháp", is_live=False)
    _token, key = APIToken.create_token(user=admin_user, name="t")

    response = client.get(f"{PAGES}{draft.pk}/?version=draft", headers={"Authorization": f"Bearer {key}"})

    assert response.status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, category, admin_user, method):
    client.force_login(admin_user)

    assert getattr(client, method)(PAGES).status_code == 405


@pytest.mark.parametrize(
    "part", ["snippets/kb.product/", "images/", "documents/", "sites/", "redirects/", "whoami/", "schema/"]
)
def test_the_rest_of_wagtails_api_is_not_there(client, part):
    assert client.get(f"/api/v3/{part}").status_code == 404


def test_its_description_names_what_is_there_and_nothing_else(client, site_tree):
    described = client.get("/api/v3/openapi.json").json()["paths"]

    assert {(path, *methods) for path, methods in described.items()} == {
        ("/api/v3/pages/", "get"),
        ("/api/v3/pages/find/", "get"),
        ("/api/v3/pages/{page_id}/", "get"),
    }
    assert "/api/v3/pages/find/" in client.get("/api/v3/docs").content.decode()


@pytest.mark.parametrize(
    "question",
    ["?child_of=999999", "?limit=-1", "?order=nonsense", "?type=auth.User", "?search=%00", f"?offset={9**30}"],
)
def test_nonsense_is_refused_in_words(client, site_tree, question):
    response = client.get(PAGES + question)

    assert response.status_code in (400, 422)
    assert response.json()


def test_too_many_questions_are_refused_and_no_proxy_refuses_the_next_reader_for_us(client, site_tree, settings):
    settings.RATE_LIMITS_ON = True

    answers = [client.get(PAGES + "?limit=1") for _number in range(125)]

    assert {(answer.status_code, answer["Cache-Control"]) for answer in answers} == {
        (200, "public, max-age=60"),
        (429, "private, no-cache"),
    }
