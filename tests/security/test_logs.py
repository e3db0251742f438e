"""What people type, own and are called stands in no log line, whatever the page answers."""

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.urls import reverse

from personalization import registry
from personalization.preferences import DIGEST, PERSONALIZATION, OwnedItem
from portal.lib.letters import kinds, outbox
from portal.lib.letters.models import Letter
from portal.lib.letters.services import NewLetter, post
from portal.periodic import JOBS
from portal.retention import purge
from tests.factories.access import look_up, page_of
from tests.factories.people import make_user
from tests.factories.personalization import make_module, preferences_form, store_preferences
from tests.factories.tracking import make_delivered_order

pytestmark = pytest.mark.django_db
PLANTED = ("zyxten", "zyxthu", "zyxseri", "zyxloi", "zyxpho", "zyxtim", "0987000111", "987000111")
EMAIL = "zyxthu@example.com"


@pytest.fixture
def log():
    """Everything that any logger says, from INFO up, as the handler of the site writes it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    masking = logging.config.DictConfigurator({"version": 1}).configure_filter(
        settings.LOGGING["filters"]["mask_secrets"]
    )
    handler.addFilter(masking)
    loggers = [logging.getLogger(name) for name in ("", *settings.LOGGING["loggers"], "django")]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


@pytest.fixture
def customer(site_tree):
    user = make_user(EMAIL, full_name="Zyxten An")
    owned = (OwnedItem("NM-R9", "ZYXSERI-1"),)
    store_preferences(user, owned=owned, consents=frozenset({PERSONALIZATION, DIGEST}))
    return user


@pytest.fixture
def order(customer):
    return make_delivered_order(
        number="ZYXDON", customer=customer, recipient_name="Zyxten An", recipient_address="3 Ngõ Zyxpho, Hà Nội"
    )


def planted_in(log) -> list[str]:
    return [line for line in log.getvalue().lower().splitlines() if any(value in line for value in PLANTED)]


def test_the_pages_of_a_customer_log_none_of_their_values(log, client, customer, order):
    look_up(client, order, "0987000111")
    look_up(client, order, EMAIL)
    client.post(page_of(order, "code/"))
    client.post(page_of(order, "code/"), {"code": "zyxloi"})
    client.get("/vi/zyx-khong-co/", {"email": EMAIL})
    for text in ("zyxtim 0987000111", EMAIL):
        client.get("/vi/search/", {"q": text})
        client.get("/api/v1/search", {"q": text})
    question = {"name": "Zyxten", "email": EMAIL, "phone": "0987000111", "subject": "Zyxloi", "body": "Zyxloi kể"}
    client.post("/vi/contact/", question)
    client.post("/vi/accounts/login/", {"login": EMAIL, "password": "zyxloi"})
    client.force_login(customer)
    rows = [{"product_code": "NM-R9", "serial_number": "zyxseri-2<", "purchased_on": "zyxloi"}]
    client.post(reverse("preferences"), preferences_form(products=rows))
    client.post(reverse("preference_hide_module"), {"key": "zyxloi", "next": f"//{EMAIL}"})
    for name in ("account", "account_data", "account_data_download", "preferences", "preference_download"):
        client.get(reverse(name))
    client.get("/vi/")

    assert "Not Found" in log.getvalue()
    assert planted_in(log) == []


def test_what_fails_logs_what_failed_and_not_for_whom(log, client, customer, settings, monkeypatch):
    def fails(self, visitor):
        raise RuntimeError(f"box failed at line {len(visitor.preferences.owned)}")

    monkeypatch.setattr(registry, "_modules", dict(registry._modules))
    registry.register(make_module("test.broken", is_personal=True, content=fails))
    settings.RAISE_MODULE_ERRORS = False
    client.force_login(customer)
    client.get("/vi/")

    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    content = kinds.Content(subject="Zyxloi", text="Zyxloi", html="<p>Zyxloi</p>")
    kinds.register(kinds.Kind("test.note", label="Thử", compose=lambda letter: content))
    settings.EMAIL_BACKEND = "tests.security.test_logs.RefusingBackend"
    post(NewLetter(kind="test.note", key="zyxloi", recipient=EMAIL, language="vi"))
    outbox.send_due_letters()

    assert "module test.broken failed" in log.getvalue()
    assert Letter.objects.get(key="zyxloi").last_error
    assert "was not taken" in log.getvalue()
    assert planted_in(log) == []


def test_the_nightly_jobs_log_no_value_either(log, customer, order, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        purge()
        next(job for job in JOBS if job.name == "post_digests").task.call()

    assert planted_in(log) == []


class RefusingBackend:
    """A mail server that quotes what it refuses."""

    def __init__(self, *args, **kwargs):
        pass

    def open(self):
        raise OSError(f"550 <{EMAIL}>: Zyxten An, no such mailbox")

    def close(self):
        pass
