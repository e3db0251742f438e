"""The preferences page: one form for everything, consent first, bad input answered in a sentence."""

import unicodedata
from datetime import timedelta

import pytest
from django.utils import timezone

from personalization import guest, registry, responses
from personalization.models import ConsentRecord, OwnedProduct, VisitorProfile
from personalization.preferences import OwnedItem
from tests.factories.personalization import (
    make_visitor,
    preferences_form,
    store_preferences,
)

pytestmark = pytest.mark.usefixtures("db", "fake_registry")


def save(client, address, **fields):
    return client.post(address, preferences_form(**fields))


def stored(user):
    return make_visitor(user).stored


# --- Opening ---


def test_stranger_opens_the_page_and_no_choice_is_stored(client, address):
    response = client.get(address)

    assert response.status_code == 200
    assert "Tùy chọn" in response.text
    assert "Không có gì" in response.text
    assert guest.COOKIE_NAME not in response.cookies


def test_consent_is_not_ticked_in_advance(client, address):
    consent = client.get(address).context["form"]["consent"]

    assert "checked" not in str(consent)


def test_page_is_never_kept_by_a_cache(client, address):
    assert client.get(address)["Cache-Control"] == "private, no-store"


def test_theme_of_the_link_is_chosen_in_advance(client, address):
    assert client.get(f"{address}?theme=dark").context["form"]["theme"].value() == "dark"


@pytest.mark.parametrize("theme", ["", "sepia", "<script>", "\x00", "a" * 10_000])
def test_unknown_theme_of_the_link_is_ignored(client, address, theme):
    response = client.get(address, {"theme": theme})

    assert response.status_code == 200
    assert response.context["form"]["theme"].value() == "auto"


def test_page_without_topics_and_boxes_says_so(client, address, monkeypatch):
    monkeypatch.setattr(registry, "_modules", {})
    monkeypatch.setattr(registry, "_choice_providers", {})

    response = client.get(address)

    assert "Chưa có chủ đề nào để chọn." in response.text
    assert "Trang chủ chưa có ô nào." in response.text


def test_page_costs_few_queries(account, user, address, django_assert_max_num_queries):
    store_preferences(user, owned=tuple(OwnedItem("NM-W85", str(number)) for number in range(40)))

    with django_assert_max_num_queries(13):
        account.get(address)


# --- Saving ---


def test_guest_saves_into_the_browser_only(client, address):
    response = save(client, address, theme="dark", topics=["bao-hanh"])

    cookie = response.cookies[guest.COOKIE_NAME]
    assert response.status_code == 302
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert guest.unpack(cookie.value).preferences.topics == ("bao-hanh",)
    assert not VisitorProfile.objects.exists()
    assert not ConsentRecord.objects.exists()


def test_account_saves_everything(account, user, address):
    response = save(
        account,
        address,
        topics=["may-giat"],
        theme="light",
        text_size="large",
        density="compact",
        products=[{"product_code": "NM-W85", "serial_number": "w85-001", "purchased_on": "2026-05-02"}],
        **{"position-c": "1", "position-mine": "4", "hidden-a": "on"},
    )

    preferences = stored(user)
    assert response.status_code == 302
    assert (preferences.topics, preferences.theme) == (("may-giat",), "light")
    assert (preferences.text_size, preferences.density) == ("large", "compact")
    assert [(item.product_code, item.serial_number) for item in preferences.owned] == [("NM-W85", "W85-001")]
    assert preferences.module_order[0] == "c"
    assert preferences.hidden_modules == {"a"}


def test_saved_appearance_is_on_the_next_page(account, address):
    save(account, address, theme="dark", text_size="larger", density="compact")

    text = account.get(address).text
    assert 'data-theme="dark"' in text
    assert 'data-text-size="larger"' in text
    assert 'data-density="compact"' in text


def test_untouched_order_is_not_stored(account, user, address):
    save(account, address)

    assert stored(user).module_order == ()


def test_language_is_stored_and_the_answer_speaks_it(account, user, address):
    response = save(account, address, language="en")

    assert stored(user).language == "en"
    assert response["Location"] == "/en/preferences/"
    assert account.get("/").headers["Location"] == "/en/"


def test_saving_without_consent_stores_nothing_and_loses_nothing(client, address):
    response = save(client, address, consent=None, theme="dark", products=[{"serial_number": "W1"}])

    assert response.status_code == 200
    assert "Chúng tôi chỉ lưu khi bạn đồng ý" in response.text
    assert response.context["form"]["theme"].value() == "dark"
    assert 'value="W1"' in response.text
    assert guest.COOKIE_NAME not in response.cookies


def test_consent_is_not_asked_again(account, user, address):
    save(account, address)

    response = save(account, address, consent=None, theme="dark")

    assert response.status_code == 302
    assert stored(user).theme == "dark"


def test_repeated_submit_changes_nothing(account, user, address):
    fields = {"topics": ["bao-hanh"], "products": [{"product_code": "NM-R9"}]}

    for _time in range(3):
        save(account, address, **fields)

    assert OwnedProduct.objects.count() == 1
    assert ConsentRecord.objects.count() == 1


def test_row_sent_from_a_page_opened_before_is_kept(account, user, address):
    rows = [{"product_code": "NM-R9"}]
    save(account, address, products=rows)

    save(account, address, products=rows)

    assert stored(user).owned_products == ("NM-R9",)


def test_removed_product_goes(account, user, address):
    store_preferences(user, owned=(OwnedItem("NM-W85", "W1"), OwnedItem("NM-R9")))
    rows = [{"product_code": "NM-W85", "serial_number": "W1"}, {"product_code": "NM-R9"}]

    save(account, address, products=rows, **{"products-INITIAL_FORMS": "2", "products-0-DELETE": "on"})

    assert stored(user).owned_products == ("NM-R9",)


def test_product_that_left_the_catalogue_is_still_owned(account, user, address):
    store_preferences(user, owned=(OwnedItem("NM-OLD", "1"),))

    response = save(account, address, products=[{"product_code": "NM-OLD", "serial_number": "1"}])

    assert response.status_code == 302
    assert stored(user).owned_products == ("NM-OLD",)


# --- Bad input ---


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"serial_number": "W1"}, "Bạn hãy chọn đây là sản phẩm nào"),
        ({"product_code": "NM-W85", "serial_number": "<script>alert(1)</script>"}, "Số sê-ri chỉ gồm"),
        ({"product_code": "NM-W85", "serial_number": "W1\x00"}, "Số sê-ri chỉ gồm"),
        ({"product_code": "NM-W85", "serial_number": "W" * 41}, "40"),
        ({"product_code": "NM-W85", "serial_number": "W" * 10_000}, "40"),
        ({"product_code": "NM-W85", "purchased_on": "hôm qua"}, "ngày"),
        ({"product_code": "NM-W85", "purchased_on": "1066-10-14"}, "năm mua"),
        ({"product_code": "NM-X99"}, "NM-X99"),
    ],
)
def test_wrong_product_row_is_refused_in_a_sentence(account, user, address, row, sentence):
    response = save(account, address, products=[row], theme="dark")

    assert response.status_code == 200
    assert sentence in response.text
    assert "<script>alert" not in response.text
    assert response.context["form"]["theme"].value() == "dark"
    assert not VisitorProfile.objects.exists()


def test_purchase_in_the_future_is_refused(account, address):
    tomorrow = timezone.localdate() + timedelta(days=1)

    response = save(account, address, products=[{"product_code": "NM-W85", "purchased_on": tomorrow.isoformat()}])

    assert "Ngày mua không thể ở tương lai." in response.text


@pytest.mark.parametrize("typed", ["2026-05-02", "02/05/2026", "2-5-2026"])
def test_date_is_read_as_people_write_it(account, user, address, typed):
    save(account, address, products=[{"product_code": "NM-W85", "purchased_on": typed}])

    assert stored(user).owned[0].purchased_on.isoformat() == "2026-05-02"


def test_the_same_product_twice_is_refused(account, address):
    row = {"product_code": "NM-W85", "serial_number": "W1"}

    response = save(account, address, products=[row, row])

    assert "được ghi hai lần" in response.text


def test_more_products_than_the_cap_are_refused(account, address):
    rows = [{"product_code": "NM-W85", "serial_number": f"W{number}"} for number in range(51)]

    response = save(account, address, products=rows)

    assert response.status_code == 200
    assert "50" in " ".join(response.context["products"].non_form_errors())
    assert not OwnedProduct.objects.exists()


def test_fifty_products_are_saved(account, user, address):
    rows = [{"product_code": "NM-W85", "serial_number": f"W{number}"} for number in range(50)]

    save(account, address, products=rows)

    assert len(stored(user).owned) == 50


@pytest.mark.parametrize(
    "fields",
    [
        {"topics": ["khong-co"]},
        {"theme": "sepia"},
        {"text_size": ""},
        {"language": "de"},
        {"position-a": "không phải số"},
        {"position-a": "0"},
        {"position-a": "9" * 400},
        {"products-TOTAL_FORMS": "rất nhiều"},
        {"products-TOTAL_FORMS": None},
        {"topics": ["\x00"]},
    ],
)
def test_forged_field_is_refused_and_nothing_is_stored(account, address, fields):
    response = save(account, address, **fields)

    assert response.status_code == 200
    assert "notice--danger" in response.text
    assert not VisitorProfile.objects.exists()


def test_decomposed_unicode_in_a_serial_number_gets_the_same_sentence(account, address):
    typed = unicodedata.normalize("NFD", "SỐ-1")

    response = save(account, address, products=[{"product_code": "NM-W85", "serial_number": typed}])

    assert "Số sê-ri chỉ gồm" in response.text


def test_broken_utf8_is_no_server_error(account, address):
    body = "&".join(f"{name}={value}" for name, value in preferences_form().items() if value != [])

    response = account.generic(
        "POST", address, body.encode() + b"&topics=%ff%fe", content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 200


def test_more_than_a_browser_keeps_is_refused(client, address, monkeypatch):
    monkeypatch.setattr(guest, "MAX_VALUE_BYTES", 20)

    response = save(client, address, theme="dark")

    assert "nhiều hơn mức một trình duyệt giữ được" in response.text
    assert response.context["form"]["theme"].value() == "dark"
    assert guest.COOKIE_NAME not in response.cookies


def test_saving_too_often_is_refused_and_loses_nothing(client, address, monkeypatch):
    monkeypatch.setattr(responses, "SAVE_RATES", "2/m/ip")
    for _time in range(2):
        save(client, address, consent=None)

    response = save(client, address, theme="dark")

    assert response.status_code == 429
    assert "quá nhanh" in response.text
    assert response.context["form"]["theme"].value() == "dark"


def test_form_without_csrf_token_is_refused(user, address):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)

    assert strict.post(address, preferences_form()).status_code == 403
    assert not VisitorProfile.objects.exists()
