"""`make run` on a machine that is not ready for it: each fault is one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.core.management import call_command

from portal.management.commands.run_portal import has_administrator

ROOT = Path(django_settings.BASE_DIR)


def bootstrap(code: str) -> subprocess.CompletedProcess[str]:
    """Run the bootstrap in a Python of its own, after `code` has changed what it sees of the machine."""
    program = f"import sys; sys.path.insert(0, {str(ROOT / 'portal')!r}); import bootstrap; {code}; bootstrap.main(['requirements.txt'])"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


def test_an_old_python_is_named_with_what_to_do():
    result = bootstrap("bootstrap.sys.version_info = (3, 9, 2)")

    assert result.returncode == 1
    assert "Python 3.11 or newer is needed; this is 3.9." in result.stderr
    assert "Traceback" not in result.stderr


def test_a_full_disk_is_named_before_anything_is_written(tmp_path):
    result = bootstrap(
        f"bootstrap.VENV = {str(tmp_path / 'venv')!r}; "
        "usage = type('Usage', (), {'free': 3 * 2**20}); bootstrap.shutil.disk_usage = lambda path: usage"
    )

    assert result.returncode == 1
    assert "The disk is full: 3 MB are free" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_an_environment_that_is_complete_is_not_touched(tmp_path):
    result = bootstrap("bootstrap.is_installed = lambda name: True; bootstrap.run = None")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("version", ["3.4", "3.8"])
def test_the_bootstrap_can_be_read_by_the_python_it_turns_away(version):
    import ast

    source = (ROOT / "portal" / "bootstrap.py").read_text()
    major, minor = map(int, version.split("."))

    ast.parse(source, feature_version=(major, minor))
    assert 'f"' not in source


@pytest.mark.parametrize(
    ("address", "limits_on", "faults"),
    [
        ("https://help.shop.example", False, ["portal.E001"]),
        ("https://help.shop.example", True, []),
        ("http://127.0.0.1:8000", False, []),
    ],
)
def test_a_site_that_others_reach_does_not_start_without_rate_limits(settings, address, limits_on, faults):
    settings.SITE_URL, settings.RATE_LIMITS_ON = address, limits_on

    assert [message.id for message in run_checks() if message.id.startswith("portal.")] == faults


@pytest.mark.parametrize(
    ("email", "is_active", "counts"),
    [("chu@shop.example", True, True), ("chu@shop.example", False, False), ("quantri@nhamay.example", True, False)],
)
def test_an_administrator_who_cannot_sign_in_is_none(db, email, is_active, counts):
    get_user_model().objects.create_superuser(email, "mot-mat-khau-dai", is_active=is_active)

    assert has_administrator() is counts


def test_the_people_of_the_demo_come_with_their_orders_or_not_at_all(db, monkeypatch):
    def interrupted(**options):
        raise KeyboardInterrupt

    for part in ("pages", "order_help", "shop"):
        monkeypatch.setattr(f"portal.demo.{part}.load", lambda **options: None)
    monkeypatch.setattr("portal.demo.tickets.load", interrupted)

    with pytest.raises(KeyboardInterrupt):
        call_command("load_demo")

    assert not get_user_model().objects.exists()
