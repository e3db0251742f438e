"""What reaches the site through gunicorn, and what gunicorn refuses by itself."""

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from gunicorn.config import Config
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.http.parser import RequestParser

from personalization import guest, welcome
from portal import web_server
from portal.lib.cookies import DISMISSED_NOTICES
from portal.management.commands.run_portal import gunicorn_command
from portal.notices import MAX_COOKIE_CHARACTERS


def read(query: str, cookies: str = ""):
    """Return the request that gunicorn makes of a search, set up as `run_portal` does."""
    assert "python:portal.web_server" in gunicorn_command("127.0.0.1", 8000)
    config = Config()
    config.set("limit_request_line", web_server.limit_request_line)
    config.set("limit_request_field_size", web_server.limit_request_field_size)
    raw = f"GET /vi/search/?q={query} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n\r\n".encode()
    return next(RequestParser(config, iter([raw]), ("127.0.0.1", 50_000)))


def test_a_question_of_ten_thousand_vietnamese_characters_reaches_the_site():
    assert read("%E1%BA%BF" * 10_000).query.count("%E1%BA%BF") == 10_000


def test_an_address_without_end_is_refused():
    with pytest.raises(LimitRequestLine):
        read("x" * 200_000)


def test_a_browser_whose_cookies_are_all_full_is_not_locked_out():
    largest = {
        guest.COOKIE_NAME: guest.MAX_VALUE_BYTES,
        welcome.COOKIE_NAME: welcome.MAX_VALUE_BYTES,
        CookieStorage.cookie_name: CookieStorage.max_cookie_size,
        DISMISSED_NOTICES: MAX_COOKIE_CHARACTERS,
        "sessionid": 32,
        "csrftoken": 32,
    }
    full = "; ".join(f"{name}={'x' * size}" for name, size in largest.items())

    assert len(full) > 8_190
    assert dict(read("x", full).headers)["COOKIE"] == full
    with pytest.raises(LimitRequestHeaders):
        read("x", "x" * 20_000)


def test_a_body_larger_than_any_upload_is_refused_before_it_is_read(client, site_tree, settings):
    settings.MAX_BODY_BYTES = 1_000
    small, large = (SimpleUploadedFile("a.bin", b"x" * size) for size in (500, 5_000))

    assert client.post("/vi/contact/", {"file": small}).status_code == 200
    assert client.post("/vi/contact/", {"file": large}).status_code == 400
