"""Brings the data of an installation up to what the code expects; each step is quick when nothing changed."""

import hashlib
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import override
from wagtail.models import Locale, Page, Site

from kb import services as kb_services
from portal.models import HomePage
from portal.roles import SITE, grant_duties, help_tree, home_page

logger = logging.getLogger(__name__)

# Below this the portal does not start: a database that cannot grow fails in the middle of somebody's work.
NEEDED_MEGABYTES = 100

HOME_PAGES = {
    "vi": {"headline": "Chào bạn, chúng tôi giúp được gì?"},
    "en": {"headline": "Hello, how can we help?"},
}


class DiskFull(Exception):
    """There is no room to work safely; the message is for the operator."""


def command_line(command: str) -> str:
    """Return `command` as an operator of this installation has to type it."""
    data_dir = f"DATA_DIR={settings.DATA_DIR} " if settings.DATA_DIR != settings.BASE_DIR / "var" else ""
    return f"{data_dir}.venv/bin/python manage.py {command}"


def check_disk(folder: Path, *, needed_megabytes: int = NEEDED_MEGABYTES) -> None:
    """Raise DiskFull, in a sentence, when `folder`'s disk has too little room left."""
    free = shutil.disk_usage(folder).free // 2**20
    if free < needed_megabytes:
        raise DiskFull(f"The disk is full: {free} MB are free for {folder}, {needed_megabytes} MB are needed.")


def migrate() -> bool:
    """Apply missing migrations and make the cache table; returns whether there was anything to apply."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=0)
    else:
        ensure_cache_table()  # its file may be lost at any time
    return bool(plan)


def ensure_cache_table(**signal: object) -> None:
    """Make the embedded cache's table where it is missing; also runs after every `migrate`."""
    call_command("createcachetable", verbosity=0, database="cache" if "cache" in settings.DATABASES else "default")


@contextmanager
def collecting_static_files() -> Iterator[bool]:
    """Collect static files in a process of its own while the block works; gives False when nothing changed.

    Leaving the block waits for that process and raises OSError when it failed; an error in the block ends it.
    """
    stamp = settings.STATIC_ROOT / ".fingerprint"
    fingerprint = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        yield False
        return
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "collectstatic", "--noinput", "--clear", "-v0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            yield True
            _output, errors = process.communicate()
        finally:
            process.terminate()  # has no effect on one that has ended
    if process.returncode != 0:
        last_line = errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise OSError(f"The static files could not be collected: {last_line}")
    stamp.write_text(fingerprint)


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for line in sorted(_static_files()):
        digest.update(line.encode())
    return digest.hexdigest()


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            yield f"{name} {stat.st_size} {stat.st_mtime_ns}\n"


def ensure_home_pages() -> dict[str, HomePage]:
    """Return the home page of each language, making them (and the default site) in an empty installation."""
    homes: dict[str, HomePage] = {}
    for code, texts in HOME_PAGES.items():
        locale, _made = Locale.objects.get_or_create(language_code=code)
        home = HomePage.objects.filter(locale=locale).first()
        if home is None:
            home = HomePage(locale=locale, slug=code, title=_site_name(code), **texts)
            if "vi" in homes:
                home.translation_key = homes["vi"].translation_key
            Page.get_first_root_node().add_child(instance=home)
            home.save_revision().publish()
        homes[code] = home
    _point_site_at(homes["vi"])
    trees = {
        **{home_page(code): home for code, home in homes.items()},
        **{help_tree(code): kb_services.ensure_help_index(home=home) for code, home in homes.items()},
    }
    grant_duties({SITE: Page.get_first_root_node(), **trees})
    return homes


def _site_name(language: str) -> str:
    with override(language):
        return str(settings.WAGTAIL_SITE_NAME)


def _point_site_at(home: HomePage) -> None:
    """Make `home` the root of the default site, and the site's name and port those of SITE_URL.

    Wagtail builds the addresses in letters and the sitemap from them, not from the request's Host header.
    """
    address = urlsplit(settings.SITE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    wanted = {
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
        "site_name": str(settings.WAGTAIL_SITE_NAME),
    }
    former_root = site.root_page if site.root_page_id else None
    if former_root is None or not HomePage.objects.filter(pk=former_root.pk).exists():
        wanted["root_page_id"] = home.pk
    if any(getattr(site, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.save()
    if former_root is not None and "root_page_id" in wanted:
        former_root.specific.delete()  # the welcome page that Wagtail's own first migration makes
