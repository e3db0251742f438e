"""An import goes no further than its user may in the editor."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kb.models import ArticlePage, ExchangeJob
from portal.site_setup import ensure_home_pages
from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

TOLD = "Bài đã duyệt"
OTHER = "Lời chưa ai duyệt"


@pytest.fixture
def article(site_tree):
    return make_article(make_category(code="bao-hanh"), title=TOLD, external_id="a1")


@pytest.fixture
def bring(client, article, django_capture_on_commit_callbacks):
    """Let a writer import these articles and confirm it; returns the job."""
    ensure_home_pages()
    client.force_login(make_user("viet@example.com", role="writer"))

    def imported(**bodies):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as folder:
            for external_id, body in bodies.items():
                head = f"id: {external_id}\nlang: vi\nkind: article\ncategory: bao-hanh\ntitle: {OTHER}"
                folder.writestr(f"{external_id}.md", f"---\n{head}\n---\n\n{body}\n")
        data = {"import-file": SimpleUploadedFile("bai.zip", archive.getvalue()), "import-mode": "drafts"}
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post("/admin/exchange/import/", data).status_code == 302
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/admin/exchange/{ExchangeJob.objects.get().pk}/confirm/")
        return ExchangeJob.objects.get()

    return imported


def test_a_locked_article_is_left_alone(bring, article):
    ArticlePage.objects.filter(pk=article.pk).update(locked=True, locked_by=make_user("khoa@example.com"))

    job = bring(a1="Lời mới.")

    assert "khóa" in job.report["errors"][0]["reason"]
    assert ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().title == TOLD
