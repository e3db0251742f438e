"""Backup while the site runs, restore into an empty one."""

import fcntl
import json
import shutil
import sqlite3

import pytest
from django.core.management import CommandError, call_command

from portal import backup


@pytest.fixture
def installation(settings, tmp_path, monkeypatch):
    """A data folder with a database of one table, a picture, a letter and a key; not the tests' own."""
    data = tmp_path / "data"
    (data / "media").mkdir(parents=True)
    (data / "mail").mkdir()
    (data / "media" / "máy giặt.png").write_bytes(b"picture")
    (data / "mail" / "1.log").write_text("letter")
    (data / "secret_key").write_text("key")
    with sqlite3.connect(data / "portal.sqlite3") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE note (text)")
        database.execute("INSERT INTO note VALUES ('bảo hành')")
    database.close()
    settings.DATA_DIR = data
    monkeypatch.setattr(backup, "database_path", lambda: settings.DATA_DIR / "portal.sqlite3")
    return data


def notes(path):
    with sqlite3.connect(path) as database:
        return [row[0] for row in database.execute("SELECT text FROM note")]


def test_a_backup_restored_into_an_empty_site_holds_everything(installation, tmp_path, settings):
    folder = backup.make_backup(tmp_path / "backups")
    empty = tmp_path / "empty"
    empty.mkdir()
    settings.DATA_DIR = empty

    backup.restore_backup(folder)

    assert notes(empty / "portal.sqlite3") == ["bảo hành"]
    assert (empty / "media" / "máy giặt.png").read_bytes() == b"picture"
    assert (empty / "mail" / "1.log").read_text() == "letter"
    assert (empty / "secret_key").read_text() == "key"


def test_a_backup_holds_what_was_committed_while_somebody_writes(installation, tmp_path):
    writer = sqlite3.connect(installation / "portal.sqlite3")
    writer.execute("INSERT INTO note VALUES ('committed')")
    writer.commit()
    writer.execute("INSERT INTO note VALUES ('not committed')")

    folder = backup.make_backup(tmp_path / "backups")

    writer.rollback()
    writer.close()
    assert notes(folder / "portal.sqlite3") == ["bảo hành", "committed"]


def test_a_damaged_backup_is_refused_before_anything_is_touched(installation, tmp_path):
    folder = backup.make_backup(tmp_path / "backups")
    (folder / "media" / "máy giặt.png").write_bytes(b"PICTURE")

    with pytest.raises(backup.BackupError, match=r"damaged: media/máy giặt\.png"):
        backup.restore_backup(folder, overwrite=True)

    assert notes(installation / "portal.sqlite3") == ["bảo hành"]


def test_a_manifest_cannot_name_a_file_outside_the_backup(installation, tmp_path):
    folder = backup.make_backup(tmp_path / "backups")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["../../secret"] = "0"
    (folder / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(backup.BackupError, match="outside the backup"):
        backup.restore_backup(folder, overwrite=True)


def test_data_that_are_there_are_not_replaced_unasked(installation, tmp_path):
    folder = backup.make_backup(tmp_path / "backups")

    with pytest.raises(backup.BackupError, match="--overwrite"):
        backup.restore_backup(folder)


def test_replaced_data_are_kept_beside(installation, tmp_path):
    folder = backup.make_backup(tmp_path / "backups")
    with sqlite3.connect(installation / "portal.sqlite3") as database:
        database.execute("INSERT INTO note VALUES ('later')")
    database.close()

    backup.restore_backup(folder, overwrite=True)

    (aside,) = installation.glob("before-restore-*")
    assert notes(aside / "portal.sqlite3") == ["bảo hành", "later"]
    assert notes(installation / "portal.sqlite3") == ["bảo hành"]


def test_a_restore_waits_for_nobody_but_refuses_while_the_portal_runs(installation, tmp_path):
    folder = backup.make_backup(tmp_path / "backups")

    with (installation / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(backup.BackupError, match="Stop it first"):
            backup.restore_backup(folder, overwrite=True)


def test_a_backup_that_failed_leaves_no_half_of_one(installation, tmp_path, monkeypatch):
    def full_disk(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full_disk)
    with pytest.raises(backup.BackupError, match="No space left"):
        backup.make_backup(tmp_path / "backups")

    assert list((tmp_path / "backups").iterdir()) == []


def test_the_command_takes_the_newest_backup_of_a_folder(installation, tmp_path):
    backup.make_backup(tmp_path / "backups")
    newest = backup.make_backup(tmp_path / "backups")

    assert backup.newest_backup(tmp_path / "backups") == newest


def test_the_command_says_in_a_sentence_that_there_is_no_backup(installation, tmp_path):
    with pytest.raises(CommandError, match="There is no backup in"):
        call_command("restore", str(tmp_path))
