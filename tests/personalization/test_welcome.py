"""The welcome: three skippable pages, nothing stored before the last one has the consent."""

from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from personalization import guest, welcome
from personalization.models import ConsentRecord, OwnedProduct, VisitorProfile
from personalization.preferences import DIGEST, PERSONALIZATION, OwnedItem
from tests.factories.personalization import make_user, make_visitor, store_preferences

pytestmark = pytest.mark.usefixtures("db", "fake_registry")

OWN_PAGE = {"HTTP_ORIGIN": "http://testserver"}


def page_of(step: str) -> str:
    return reverse(f"welcome_{step}")


def send(client, step: str, to: str = "next", **fields):
    return client.post(page_of(step), {"to": to, **fields})


def rows(*products: dict[str, str]) -> dict[str, str]:
    data = {"products-TOTAL_FORMS": str(len(products)), "products-INITIAL_FORMS": "0"}
    for number, product in enumerate(products):
        data |= {f"products-{number}-{name}": value for name, value in product.items()}
    return data


def nothing_is_stored(client) -> bool:
    tables_are_empty = not (
        VisitorProfile.objects.exists() or OwnedProduct.objects.exists() or ConsentRecord.objects.exists()
    )
    return tables_are_empty and not client.cookies.get(guest.COOKIE_NAME)


WASHER = {"product_code": "NM-W85", "serial_number": "w85-001", "purchased_on": "02/05/2026"}
REACH = {"language": "vi", "channel": "phone", "order_letters": "on", "digest": "on", "consent": "on"}


def test_account_walks_through_and_everything_is_stored_at_the_end(account, user):
    first = send(account, "topics", topics=["bao-hanh"])
    second = send(account, "products", **rows(WASHER))
    assert nothing_is_stored(account)
    summary = account.get(second["Location"]).text

    third = send(account, "reach", **REACH)

    stored = make_visitor(user).preferences
    assert [first["Location"], second["Location"], third["Location"]] == [page_of("products"), page_of("reach"), "/vi/"]
    assert "Bảo hành" in summary and "W85-001" in summary
    assert (stored.topics, stored.language, stored.channel, stored.order_letters) == (
        ("bao-hanh",),
        "vi",
        "phone",
        "on",
    )
    assert [(item.serial_number, item.purchased_on.isoformat()) for item in stored.owned] == [("W85-001", "2026-05-02")]
    assert stored.consents == {PERSONALIZATION, DIGEST}
    assert set(ConsentRecord.objects.values_list("source", flat=True)) == {"welcome"}
    assert third.cookies[welcome.COOKIE_NAME].value == ""

    send(account, "reach", **REACH)  # pressed twice

    assert ConsentRecord.objects.count() == 2
    assert make_visitor(user).preferences.topics == ("bao-hanh",)


def test_guest_is_stored_in_the_browser_and_asked_for_no_letters(client):
    send(client, "topics", topics=["bao-hanh"])
    page = client.get(page_of("reach")).text

    response = send(client, "reach", consent="on", channel="zalo")

    kept = guest.unpack(response.cookies[guest.COOKIE_NAME].value).preferences
    assert "Muốn nhận thư, bạn cần có tài khoản" in page and 'name="digest"' not in page
    assert (kept.topics, kept.channel) == (("bao-hanh",), "zalo")
    assert not ConsentRecord.objects.exists()


def test_skipping_every_step_stores_nothing(account):
    send(account, "topics", to="skip", topics=["bao-hanh"])
    send(account, "products", to="skip", **rows(WASHER))

    response = send(account, "reach")

    assert response["Location"] == "/vi/"
    assert nothing_is_stored(account)


def test_skipped_step_leaves_what_the_account_has(account, user):
    store_preferences(user, topics=("may-giat",), owned=(OwnedItem("NM-R9"),))
    send(account, "topics", topics=["bao-hanh"])
    send(account, "topics", to="skip")

    send(account, "reach", channel="email")

    stored = make_visitor(user).preferences
    assert (stored.topics, stored.owned_products, stored.channel) == (("may-giat",), ("NM-R9",), "email")


def test_going_back_keeps_what_was_typed_even_with_a_slip(client):
    send(client, "topics", topics=["bao-hanh"])

    response = send(client, "products", to="back", **rows({"serial_number": "W-TYPED"}))

    assert response["Location"] == page_of("topics")
    assert client.get(page_of("topics")).context["form"]["topics"].value() == ["bao-hanh"]
    assert "W-TYPED" in client.get(page_of("products")).text


def test_slip_left_behind_is_shown_before_anything_is_stored(client):
    send(client, "products", to="back", **rows({"serial_number": "W-TYPED"}))

    response = send(client, "reach", consent="on")

    assert response["Location"] == page_of("products")
    assert nothing_is_stored(client)


def test_nothing_is_stored_without_the_consent_and_nothing_typed_is_lost(account):
    send(account, "topics", topics=["bao-hanh"])

    response = send(account, "reach", channel="phone")

    assert "Chúng tôi chỉ lưu khi bạn đồng ý" in response.text
    assert response.context["form"]["channel"].value() == "phone"
    assert "Bảo hành" in response.text
    assert nothing_is_stored(account)


def test_consent_is_not_asked_of_who_gave_it(account, user):
    store_preferences(user)

    page = account.get(page_of("reach")).text

    assert 'name="consent"' not in page
    assert 'name="digest"' in page


def test_leaving_forgets_what_was_typed(client):
    send(client, "topics", topics=["bao-hanh"])

    response = client.post(reverse("welcome_leave"), **OWN_PAGE)

    assert response["Location"] == "/vi/"
    assert response.cookies[welcome.COOKIE_NAME].value == ""
    assert nothing_is_stored(client)


@pytest.mark.parametrize(
    "cookie",
    ["", "forged", "\x00", "a" * 5000, signing.dumps(["topics"], salt=welcome.SALT), signing.dumps({}, salt="other")],
    ids=["empty", "forged", "zero", "long", "another shape", "another purpose"],  # a signature holds the time
)
def test_cut_forged_or_foreign_draft_is_as_none(client, cookie):
    client.cookies[welcome.COOKIE_NAME] = cookie

    assert client.get(page_of("topics")).status_code == 200
    assert send(client, "reach").status_code == 302
    assert nothing_is_stored(client)


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("topics", {"topics": ["khong-co"]}, "notice--danger"),
        ("topics", {"topics": ["\x00"]}, "notice--danger"),
        ("products", rows({"product_code": "NM-X99"}), "NM-X99"),
        ("products", rows({**WASHER, "serial_number": "W" * 10_000}), "40"),
        ("products", rows({**WASHER, "serial_number": "W1\x00"}), "Số sê-ri chỉ gồm"),
        ("products", rows({**WASHER, "serial_number": "<script>alert(1)</script>"}), "Số sê-ri chỉ gồm"),
        ("products", rows({**WASHER, "purchased_on": f"{timezone.localdate() + timedelta(days=1)}"}), "tương lai"),
        ("products", rows(WASHER, WASHER), "được ghi hai lần"),
        ("products", {"products-TOTAL_FORMS": "rất nhiều"}, "notice--danger"),
        ("reach", {"language": "de", "consent": "on"}, "notice--danger"),
        ("reach", {"channel": "fax", "consent": "on"}, "notice--danger"),
    ],
)
def test_wrong_input_stays_on_the_page_in_a_sentence(account, step, fields, sentence):
    response = send(account, step, **fields)

    assert response.status_code == 200
    assert sentence in response.text
    assert "<script>alert" not in response.text
    assert nothing_is_stored(account)


def test_more_than_a_browser_keeps_is_refused_in_a_sentence(client, monkeypatch):
    monkeypatch.setattr(welcome, "MAX_VALUE_BYTES", 30)

    response = send(client, "products", **rows(WASHER))

    assert "nhiều hơn mức một trình duyệt giữ được" in response.text
    assert "w85-001" in response.text


def test_page_of_megabytes_is_not_kept_in_a_small_cookie(client):
    response = send(client, "products", other="a" * 100_000, **rows(WASHER))

    assert "nhiều hơn mức một trình duyệt giữ được" in response.text
    assert welcome.COOKIE_NAME not in response.cookies


def test_next_one_at_a_shared_computer_does_not_see_what_was_typed(account, user):
    send(account, "products", **rows(WASHER))
    assert "w85-001" in account.get(page_of("products")).text

    draft = account.cookies[welcome.COOKIE_NAME].value
    account.logout()
    account.cookies[welcome.COOKIE_NAME] = draft
    as_guest = account.get(page_of("products")).text
    account.force_login(make_user("binh@example.com"))
    account.cookies[welcome.COOKIE_NAME] = draft

    assert "w85-001" not in as_guest
    assert "w85-001" not in account.get(page_of("products")).text


def test_what_a_guest_typed_is_there_after_signing_in(client, user):
    send(client, "products", **rows(WASHER))
    client.force_login(user)

    assert "w85-001" in client.get(page_of("products")).text


def test_form_of_another_site_is_refused(client):
    strict = type(client)(enforce_csrf_checks=True)

    assert strict.post(page_of("reach"), REACH).status_code == 403
    assert strict.post(reverse("welcome_leave"), {"for_good": "yes"}, HTTP_ORIGIN="https://evil.example").cookies == {}


def test_pages_are_kept_by_no_cache_and_cost_few_queries(account, user, django_assert_max_num_queries):
    store_preferences(user, owned=tuple(OwnedItem("NM-W85", str(number)) for number in range(20)))

    for step in welcome.STEPS:
        with django_assert_max_num_queries(8):
            response = account.get(page_of(step))

        assert response["Cache-Control"] == "private, no-store"
        assert f"Bước {welcome.STEPS.index(step) + 1} trên 3" in response.text
