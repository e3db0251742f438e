"""Addresses that nobody writes by hand: too long, too large, broken. Each is answered, none is an error of ours."""

import pytest

pytestmark = pytest.mark.django_db

HUGE = "9" * 30


@pytest.mark.parametrize(
    "path", [f"/vi/help/feedback/{HUGE}/thanks/", f"/admin/reindex/{HUGE}/", f"/media/images/{'a' * 5000}.jpg"]
)
def test_an_address_too_large_for_disk_or_database_is_not_there(client, admin_user, site_tree, path):
    client.force_login(admin_user)

    assert client.get(path).status_code == 404
