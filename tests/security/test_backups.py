"""A restore takes nothing that was smuggled into the backup."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from portal import backup


@pytest.fixture
def saved(settings, tmp_path, monkeypatch):
    """A complete backup, and an empty installation to restore it into."""
    data = tmp_path / "data"
    (data / "media" / "images").mkdir(parents=True)
    (data / "media" / "images" / "a.png").write_bytes(b"picture")
    with closing(sqlite3.connect(data / "portal.sqlite3")) as database:
        database.execute("CREATE TABLE note (text)")
        database.commit()
    settings.DATA_DIR = data
    monkeypatch.setattr(backup, "database_path", lambda: settings.DATA_DIR / "portal.sqlite3")
    folder = backup.make_backup(tmp_path / "backups")
    settings.DATA_DIR = tmp_path / "empty"
    return folder


def test_a_link_in_a_backup_is_refused(saved, tmp_path, settings):
    (tmp_path / "password").write_text("secret")
    (saved / "media" / "images" / "b.png").symlink_to(tmp_path / "password")

    with pytest.raises(backup.BackupError, match="link"):
        backup.restore_backup(saved)

    assert not settings.DATA_DIR.exists()


def test_a_file_that_the_manifest_does_not_name_is_refused(saved, settings):
    (saved / "secret_key").write_text("a key that the attacker knows")

    with pytest.raises(backup.BackupError, match="secret_key"):
        backup.restore_backup(saved)

    assert not settings.DATA_DIR.exists()


def test_an_untouched_backup_is_restored(saved, settings):
    backup.restore_backup(saved)

    assert (settings.DATA_DIR / "media" / "images" / "a.png").read_bytes() == b"picture"


def test_other_users_of_the_machine_cannot_read_a_backup(saved):
    assert saved.stat().st_mode & 0o077 == 0


def test_other_users_of_the_machine_cannot_read_a_new_data_folder(tmp_path):
    data = tmp_path / "new"
    subprocess.run(
        [sys.executable, "-c", "import portal.settings.base"], env={**os.environ, "DATA_DIR": str(data)}, check=True
    )

    assert data.stat().st_mode & 0o077 == 0
