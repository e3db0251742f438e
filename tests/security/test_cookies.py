"""The names of cookies, which are half of their protection."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

QUESTION = (
    "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
)


@pytest.mark.parametrize(
    ("site_url", "names"),
    [
        ("https://help.shop.example", "__Host-sessionid __Host-csrftoken True"),
        ("http://127.0.0.1:8000", "sessionid csrftoken False"),
    ],
)
def test_over_https_no_neighbour_can_plant_a_session(site_url, names):
    environment = {**os.environ, "SITE_URL": site_url, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}

    answer = subprocess.run(
        [sys.executable, "-c", QUESTION],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == names
