"""Editors put segments together in the admin: in rows, without code and without JavaScript."""

import pytest
from bs4 import BeautifulSoup

from personalization.preferences import OwnedItem
from personalization.segments.models import Segment
from personalization.segments.rules import MOST_CONDITIONS
from tests.factories.personalization import make_user, store_preferences
from tests.factories.segments import OWNS_R9, OWNS_W85, make_rules, make_segment

pytestmark = pytest.mark.django_db

SEGMENTS = "/admin/snippets/personalization/segment"


def form_of(*rows, match="all", **fields):
    data = {"name": "Chủ máy lọc", "note": "", "starts_on": "", "ends_on": "", "rules-match": match, **fields}
    for number, row in enumerate(rows, start=1):
        data |= {f"rules-{number}-{name}": value for name, value in row.items()}
    return data


def errors_in(response):
    return " ".join(response.context["form"].errors.get("rules", []))


def test_rule_is_put_together_in_rows_and_shown_as_a_sentence(admin_client, fake_registry):
    rows = [
        {"fact": "preferences.owned_products", "operator": "any_of", "codes": ["NM-R9", "NM-W85"], "number": ""},
        {"fact": "", "operator": "", "number": ""},
        {"fact": "preferences.topics", "operator": "some", "codes": ["may-giat"], "number": "7"},
    ]

    response = admin_client.post(f"{SEGMENTS}/add/", form_of(*rows, match="any"))

    assert response.status_code == 302, errors_in(response)
    topics = {"fact": "preferences.topics", "operator": "some"}
    assert Segment.objects.get().rules == make_rules({**OWNS_R9, "codes": ["NM-R9", "NM-W85"]}, topics, match="any")
    page = BeautifulSoup(admin_client.get(f"{SEGMENTS}/").content, "html.parser")
    assert "sở hữu Máy lọc R9 hoặc Máy giặt W85 HOẶC đã chọn chủ đề quan tâm" in page.get_text()
    assert "Đang bật" in page.get_text()


def test_saved_rows_come_back_chosen_with_three_empty_ones(admin_client, fake_registry):
    segment = make_segment("A", OWNS_R9, OWNS_W85, match="any")

    page = BeautifulSoup(admin_client.get(f"{SEGMENTS}/edit/{segment.pk}/").content, "html.parser")

    rows = page.select("[data-row]")
    chosen = [[option["value"] for option in row.select("option[selected]")] for row in rows]
    owned = "preferences.owned_products"
    assert chosen == [[owned, "any_of", "NM-R9"], [owned, "any_of", "NM-W85"], [], [], []]
    assert page.select_one("[name=rules-match] option[selected]")["value"] == "any"
    assert "Khách sở hữu Máy lọc R9 HOẶC sở hữu Máy giặt W85." in page.get_text()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"fact": "preferences.owned_products", "operator": "any_of"}, "ít nhất một giá trị"),
        ({"fact": "preferences.owned_products", "operator": ""}, "phép so sánh"),
        ({"fact": "preferences.owned_products", "operator": "at_least", "number": "3"}, "không hợp"),
        ({"fact": "", "operator": "any_of", "codes": ["NM-R9"]}, "chọn thông tin"),
        ({"fact": "gone.fact\x00", "operator": "is"}, "gone.fact"),
        ({"fact": "preferences.topics", "operator": "any_of", "codes": ["NM-R9"]}, "NM-R9"),
        ({"fact": "preferences.topics", "operator": "within", "number": "١٤"}, "số nguyên"),
        ({"fact": "preferences.topics", "operator": "within", "number": "9" * 10_000}, "số nguyên"),
        ({"fact": "<script>", "operator": "drop table", "codes": ["x"] * 500}, "phép so sánh"),
        ({}, "Chưa có điều kiện"),
    ],
)
def test_wrong_row_is_told_in_a_sentence_and_kept(admin_client, fake_registry, row, words):
    response = admin_client.post(f"{SEGMENTS}/add/", form_of(row))

    assert response.status_code == 200
    assert words in errors_in(response)
    assert "<script>drop" not in response.text
    assert Segment.objects.count() == 0
    if row.get("fact") == "preferences.topics" and "codes" in row:
        assert 'value="NM-R9" selected' in response.text


def test_contradicting_rows_and_dates_are_refused(admin_client, fake_registry):
    no = {"fact": "preferences.owned_products", "operator": "none"}
    yes = {"fact": "preferences.owned_products", "operator": "any_of", "codes": ["NM-R9"]}

    response = admin_client.post(f"{SEGMENTS}/add/", form_of(yes, no, starts_on="2026-11-22", ends_on="2026-11-21"))

    assert "mâu thuẫn" in errors_in(response)
    assert "đứng trước ngày đầu" in str(response.context["form"].errors["ends_on"])


def test_segment_of_a_deleted_product_says_so_in_list_and_form(admin_client, fake_registry):
    segment = make_segment("A", {**OWNS_R9, "codes": ["NM-GONE"]})

    listing = admin_client.get(f"{SEGMENTS}/").text
    form = admin_client.get(f"{SEGMENTS}/edit/{segment.pk}/").text

    assert "Hỏng: Dòng 1: “NM-GONE” không còn nữa." in listing
    assert "Không ai thuộc nhóm này:" in form
    assert 'value="NM-GONE" selected' in form


def test_count_is_made_on_demand_with_its_time(admin_client, fake_registry):
    segment = make_segment()
    store_preferences(make_user(), owned=(OwnedItem("NM-R9"),))
    address = f"/admin/segments/count/{segment.pk}/"
    assert "đang đếm" in admin_client.get(address).text

    counted = admin_client.post(address, follow=True)

    assert "1 tài khoản (tính đến" in counted.text
    assert "1 tài khoản (tính đến" in admin_client.get(f"{SEGMENTS}/").text
    assert admin_client.get("/admin/segments/count/999999/").status_code == 404


def test_list_is_searched_without_marks(admin_client, fake_registry):
    make_segment("Chủ máy lọc nước")
    make_segment("Chủ máy giặt")

    page = BeautifulSoup(admin_client.get(f"{SEGMENTS}/?q=may loc").content, "html.parser")

    assert "Chủ máy lọc nước" in page.get_text()
    assert "Chủ máy giặt" not in page.get_text()


@pytest.mark.parametrize("view", ["copy", "delete", "usage", "history"])
def test_every_view_of_a_segment_opens(admin_client, fake_registry, view):
    assert admin_client.get(f"{SEGMENTS}/{view}/{make_segment().pk}/").status_code == 200


def test_no_row_beyond_the_last_is_left_out_in_silence(admin_client, fake_registry):
    rows = [{"fact": "preferences.topics", "operator": "some"}] * (MOST_CONDITIONS + 1)

    response = admin_client.post(f"{SEGMENTS}/add/", form_of(*rows))

    assert "tối đa 12 dòng" in errors_in(response)
    assert not Segment.objects.exists()
    assert admin_client.post(f"{SEGMENTS}/add/", form_of(*rows[1:])).status_code == 302
