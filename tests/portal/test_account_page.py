"""The account page: everything about the signed-in customer, nothing about anybody else."""

import pytest

from tests.factories.people import make_user
from tests.factories.support import open_ticket

pytestmark = pytest.mark.django_db

PAGE = "/vi/account/"


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client):
    response = client.get(PAGE)

    assert response.status_code == 302
    assert response.url == f"/vi/accounts/login/?next={PAGE}"


def test_an_empty_account_says_what_to_do_next(client):
    client.force_login(make_user(full_name="Trần Bình"))

    page = client.get(PAGE).content.decode()

    for text in ("Chào bạn Trần Bình", "Tài khoản này chưa có đơn hàng", "Bạn chưa gửi câu hỏi nào", "đang tắt"):
        assert text in page


def test_it_shows_my_questions_and_not_those_of_others(client):
    user = make_user()
    mine = open_ticket(user=user, subject="Của tôi")
    open_ticket(subject="Của người khác", email="khac@example.com")
    client.force_login(user)

    page = client.get(PAGE).content.decode()

    assert f"/vi/contact/{mine.reference}/" in page
    assert "Của người khác" not in page


def test_it_leads_to_everything_about_sign_in_and_data(client):
    client.force_login(make_user())

    page = client.get(PAGE).content.decode()

    for address in (
        "/vi/accounts/email/",
        "/vi/accounts/password/change/",
        "/vi/accounts/2fa/",
        "/vi/accounts/sessions/",
        "/vi/preferences/",
        "/vi/account/data/",
    ):
        assert f'href="{address}' in page


def test_an_account_without_a_password_may_set_one(client):
    user = make_user()
    user.set_unusable_password()
    user.save()
    client.force_login(user)

    assert "/vi/accounts/password/set/" in client.get(PAGE).content.decode()


def test_it_is_nobodys_but_the_customers(client):
    client.force_login(make_user())

    response = client.get(PAGE)

    assert "private" in response["Cache-Control"]
    assert "no-store" in response["Cache-Control"]


def test_its_cost_does_not_grow_with_what_is_in_it(client, django_assert_max_num_queries):
    user = make_user()
    for number in range(12):
        open_ticket(user=user, subject=f"Câu hỏi {number}")
    client.force_login(user)
    client.get(PAGE)

    with django_assert_max_num_queries(30):
        client.get(PAGE)


def test_a_part_that_fails_leaves_the_others(client, settings, monkeypatch):
    settings.RAISE_MODULE_ERRORS = False
    monkeypatch.setattr("tracking.selectors.points_of", lambda user: 1 / 0)
    client.force_login(make_user())

    page = client.get(PAGE).text

    assert "Điểm và hạng" not in page
    assert "Câu hỏi của tôi" in page
