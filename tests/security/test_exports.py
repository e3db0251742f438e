"""Files that people open in a spreadsheet run nothing."""

import pytest

from tests.factories.kb import make_article, make_category
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("report", ["site-history", "aging-pages"])
@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "＝1"])
def test_a_title_that_is_a_formula_is_text_in_a_report(client, site_tree, report, title):
    make_article(make_category(), title=title).save_revision(log_action=True)
    client.force_login(make_user(is_staff=True, is_superuser=True))

    response = client.get(f"/admin/reports/{report}/", {"export": "csv"})

    cells = b"".join(response.streaming_content).decode().replace('"', "").replace("\n", ",").split(",")
    assert f"'{title}" in cells
    assert title not in cells
