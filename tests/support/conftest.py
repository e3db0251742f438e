"""What the tests of support share: a search that finds what a test says."""

from types import SimpleNamespace

import pytest

from kb import search as kb_search


class FakeSearch:
    """Stands for the search door; `hits` is what it finds for anything."""

    def __init__(self):
        self.hits = []
        self.queries = []

    def find(self, title: str, article_id: int = 1) -> None:
        url = f"/vi/help/{article_id}/"
        self.hits.append(SimpleNamespace(id=article_id, external_id="", title=title, url=url, snippet="…"))

    def __call__(self, text, *, language, **options):
        self.queries.append(text)
        return SimpleNamespace(hits=list(self.hits))


@pytest.fixture(autouse=True)
def articles(monkeypatch):
    """The articles that the form may suggest; none unless the test adds some."""
    fake = FakeSearch()
    monkeypatch.setattr(kb_search, "search", fake, raising=False)
    return fake


@pytest.fixture
def question():
    """What a customer types into the contact form."""
    return {
        "name": "Nguyễn An",
        "email": "an@example.com",
        "subject": "Máy giặt không vắt",
        "body": "Máy dừng lại trước khi vắt.",
        "token": "0f1e8a3c-58f4-4f0a-9a3d-4d7a2f8d9f10",
    }
