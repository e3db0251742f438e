"""The command over the import."""

import json

import pytest
from django.core.management import CommandError, call_command

from kb.models import ArticlePage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

ROW = {
    "id": "vi-1",
    "lang": "vi",
    "section": "Chung",
    "kind": "article",
    "title": "Một",
    "headings": [],
    "body": "Hai.",
}


@pytest.fixture
def file(site_tree, tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (ROW, {**ROW, "id": "vi-2", "title": ""})))
    return path


def test_command_counts_and_lists(file, capsys):
    call_command("import_articles", str(file))

    output = capsys.readouterr()
    assert "1 created, 0 updated, 0 unchanged, 1 rejected" in output.out
    assert "line 2 (vi-2): title: is missing" in output.err


def test_report_holds_line_field_and_reason(file, tmp_path):
    call_command("import_articles", str(file), errors=tmp_path / "errors.jsonl")

    (row,) = [json.loads(line) for line in (tmp_path / "errors.jsonl").read_text().splitlines()]
    assert (row["line"], row["field"], row["reason"], row["external_id"]) == (2, "title", "is missing", "vi-2")


def test_report_that_cannot_be_written_is_a_sentence_and_nothing_lands(file, tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("import_articles", str(file), errors=tmp_path / "no-such-folder" / "errors.jsonl")

    assert not ArticlePage.objects.exists()


def test_dry_run_says_so(file, capsys):
    call_command("import_articles", str(file), dry_run=True)

    assert "Dry run, nothing written: 1 created" in capsys.readouterr().out
    assert not ArticlePage.objects.exists()


def test_file_that_is_not_there_is_a_sentence(site_tree, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_articles", str(tmp_path / "none.jsonl"))
