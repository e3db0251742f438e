"""Import and export in the admin: upload, preview, confirm once; each role only what it may."""

import io
import json
import zipfile
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.utils import timezone

from kb.models import ArticlePage, ExchangeJob
from kb.services import exchange
from portal.models import Role, RoleCode, User
from portal.site_setup import ensure_home_pages
from tests.factories.kb import make_article, make_category

pytestmark = pytest.mark.django_db

LINE = {"id": "a-1", "lang": "vi", "section": "Bảo hành", "title": "Mã lỗi E1", "body": "Khóa van."}


@pytest.fixture
def category(site_tree):
    return make_category()


@pytest.fixture
def sign_in(client, site_tree):
    """Sign in somebody of that role."""

    def as_role(code):
        ensure_home_pages()
        user = User.objects.create_user(f"{code}@example.test", "x", is_staff=True)
        user.groups.add(Role.objects.get(code=code).group)
        client.force_login(user)
        return client

    return as_role


def upload(client, *lines, name="bai.jsonl", mode="live", content=None, callbacks=None):
    content = content if content is not None else "\n".join(json.dumps(line) for line in lines).encode()
    data = {"import-file": SimpleUploadedFile(name, content), "import-mode": mode}
    if callbacks is None:
        return client.post("/admin/exchange/import/", data)
    with callbacks(execute=True):
        return client.post("/admin/exchange/import/", data)


@pytest.fixture
def reviewer(sign_in):
    return sign_in(RoleCode.REVIEWER)


def confirmed(client, job, callbacks):
    """Confirm, let the worker work, and return the page of the job."""
    with callbacks(execute=True):
        client.post(f"/admin/exchange/{job.pk}/confirm/")
    return client.get(f"/admin/exchange/{job.pk}/")


def test_nothing_is_written_before_it_is_confirmed(reviewer, category, django_capture_on_commit_callbacks):
    response = upload(reviewer, LINE, {**LINE, "id": "a-2", "lang": "fr"}, callbacks=django_capture_on_commit_callbacks)

    page = reviewer.get(response.url).content.decode()
    assert ArticlePage.objects.count() == 0
    assert "Đang chờ bạn" in page
    assert "Mã lỗi E1" in page
    assert "“fr” không được biết" in page
    job = ExchangeJob.objects.get()
    assert job.report["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}


def test_confirmed_import_lands_once(reviewer, category, django_capture_on_commit_callbacks):
    upload(reviewer, LINE, callbacks=django_capture_on_commit_callbacks)
    job = ExchangeJob.objects.get()

    confirmed(reviewer, job, django_capture_on_commit_callbacks)
    again = confirmed(reviewer, job, django_capture_on_commit_callbacks).content.decode()

    article = ArticlePage.objects.get()
    assert article.live
    assert article.latest_revision.user.email == "reviewer@example.test"
    assert article.revisions.count() == 1
    assert "không có gì bị làm hai lần" in again


def test_preview_names_the_fields_that_change(reviewer, category, django_capture_on_commit_callbacks):
    make_article(category, title="Cũ", external_id="a-1")

    upload(reviewer, LINE, callbacks=django_capture_on_commit_callbacks)

    assert ExchangeJob.objects.get().report["articles"][0]["changed"] == ["tiêu đề", "nội dung"]


def test_writer_brings_drafts_only(sign_in, category, django_capture_on_commit_callbacks):
    writer = sign_in(RoleCode.WRITER)

    refused = upload(writer, LINE, mode="live")
    upload(writer, LINE, mode="drafts", callbacks=django_capture_on_commit_callbacks)
    confirmed(writer, ExchangeJob.objects.get(), django_capture_on_commit_callbacks)

    assert refused.status_code == 422
    assert not ArticlePage.objects.get().live


def test_writer_s_drafts_make_no_public_category(sign_in, site_tree, django_capture_on_commit_callbacks):
    upload(sign_in(RoleCode.WRITER), LINE, mode="drafts", callbacks=django_capture_on_commit_callbacks)

    (error,) = ExchangeJob.objects.get().report["errors"]
    assert error["field"] == "category"


@pytest.mark.parametrize("role", [RoleCode.TRANSLATOR, RoleCode.AGENT])
def test_others_neither_import_nor_export(sign_in, role):
    client = sign_in(role)

    for response in (client.get("/admin/exchange/"), upload(client, LINE), client.post("/admin/exchange/export/")):
        assert response.status_code in (302, 403)
    assert not ExchangeJob.objects.exists()


def test_job_of_somebody_else_is_not_there(sign_in, category, django_capture_on_commit_callbacks):
    upload(sign_in(RoleCode.REVIEWER), LINE, callbacks=django_capture_on_commit_callbacks)
    job = ExchangeJob.objects.get()

    other = sign_in(RoleCode.WRITER)

    assert other.get(f"/admin/exchange/{job.pk}/").status_code == 404
    assert other.post(f"/admin/exchange/{job.pk}/confirm/").status_code in (403, 404)
    assert not ArticlePage.objects.exists()


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", b"0" * 20_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bai.docx", b"x", "không nhận tệp loại"),
        ("bai.zip", b"PK\x03\x04 broken", "không phải tệp zip đọc được"),
        ("bai.zip", bomb(), "bom nén"),
        ("bai.json", b"[1]", "không có danh sách"),
    ],
)
def test_bad_file_gets_a_sentence(reviewer, name, content, words, django_capture_on_commit_callbacks):
    response = upload(reviewer, name=name, content=content, callbacks=django_capture_on_commit_callbacks)

    page = response if response.status_code == 422 else reviewer.get(response.url)
    assert words in page.content.decode()


def test_faults_are_downloaded_without_formulas(reviewer, category, django_capture_on_commit_callbacks):
    upload(reviewer, {**LINE, "id": "=1+1", "lang": "fr"}, callbacks=django_capture_on_commit_callbacks)

    table = reviewer.get(f"/admin/exchange/{ExchangeJob.objects.get().pk}/faults.csv").content.decode()

    assert "'=1+1" in table


def test_file_that_changed_on_the_disk_is_not_imported(reviewer, category, django_capture_on_commit_callbacks):
    upload(reviewer, LINE, callbacks=django_capture_on_commit_callbacks)
    job = ExchangeJob.objects.get()
    job.path.write_bytes(json.dumps({**LINE, "title": "Khác"}).encode())

    page = confirmed(reviewer, job, django_capture_on_commit_callbacks).content.decode()

    assert "không còn đúng như lúc tải lên" in page
    assert not ArticlePage.objects.exists()


def test_job_that_meets_an_unforeseen_fault_has_failed(
    reviewer, category, monkeypatch, django_capture_on_commit_callbacks
):
    upload(reviewer, LINE)
    job = ExchangeJob.objects.get()
    monkeypatch.setattr(exchange, "import_articles", Mock(side_effect=DatabaseError("locked")))

    with pytest.raises(DatabaseError):
        exchange.run_job(job.pk)

    job.refresh_from_db()
    assert (job.status, bool(job.report["refusal"])) == ("failed", True)


def test_export_is_made_and_fetched(reviewer, category, django_capture_on_commit_callbacks):
    make_article(category, title="Mã lỗi E1")

    with django_capture_on_commit_callbacks(execute=True):
        reviewer.post("/admin/exchange/export/", {})

    job = ExchangeJob.objects.get()
    assert "1 bài viết và 0 tệp" in reviewer.get(f"/admin/exchange/{job.pk}/").content.decode()
    archive = b"".join(reviewer.get(f"/admin/exchange/{job.pk}/download/").streaming_content)
    assert "articles/vi/bao-hanh/ma-loi-e1.md" in zipfile.ZipFile(io.BytesIO(archive)).namelist()


def test_only_who_cares_for_people_may_take_their_addresses_along(reviewer, sign_in):
    assert "export-with_people" not in reviewer.get("/admin/exchange/").content.decode()
    assert "export-with_people" in sign_in(RoleCode.ADMINISTRATOR).get("/admin/exchange/").content.decode()


def test_old_jobs_go_with_their_files(reviewer, category, django_capture_on_commit_callbacks):
    upload(reviewer, LINE, callbacks=django_capture_on_commit_callbacks)
    job = ExchangeJob.objects.get()

    assert exchange.purge_jobs(before=timezone.now() - timedelta(days=1)) == 0
    assert exchange.purge_jobs(before=timezone.now()) == 1
    assert not job.path.exists()
