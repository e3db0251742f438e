"""Settings of the test suite: fast hasher, local cache, tasks at once, folders of their own."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="portal-tests-")
os.environ.setdefault("CACHE_URL", "locmemcache://")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("TASKS_BACKEND", "django_tasks.backends.immediate.ImmediateBackend")

from portal.settings.base import *  # noqa: F403
from portal.settings.base import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ALLOWED_HOSTS = ["*"]
RAISE_MODULE_ERRORS = True
# A busy machine must not leave boxes out; tests of the budget set their own.
MODULE_BUDGET = (60.0, 60.0)
# A test changes a page and reads it again within one transaction, which tells no cache; tests of it switch it on.
PAGE_CACHE_SECONDS = 0
COUNTS_FLUSH_SECONDS = 0
