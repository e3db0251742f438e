"""The roles of the staff, each at the addresses that it may and may not use."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from kb.models import ArticlePage, HelpIndexPage
from portal.models import Role, RoleCode, RoleGrant, User
from portal.roles import DUTIES, SITE, grant_duties
from tests.factories.kb import make_article, make_category, make_product
from tests.factories.people import PASSWORD, make_user
from tests.factories.support import open_ticket
from tests.kb.test_admin import form_of

pytestmark = pytest.mark.django_db

REFUSED = (302, 403, 404)


@pytest.fixture
def categories(site_tree):
    """A category of each language."""
    return {"vi": make_category(), "en": make_category(language="en", title="Warranty", code="bao-hanh")}


@pytest.fixture
def desk(client, site_tree):
    """Signs somebody of a role in and returns their browser."""

    def sign_in(role: str):
        client.force_login(make_user(f"{role}@example.com", role=role))
        return client

    return sign_in


def adds(browser, category, **fields):
    return browser.post(f"/admin/pages/add/kb/articlepage/{category.pk}/", form_of(**fields))


def test_migrate_makes_every_role_with_a_vietnamese_name():
    names = {role.code: role.group.name for role in Role.objects.select_related("group")}

    assert names == {
        "writer": "Biên tập viên",
        "reviewer": "Người duyệt",
        "translator": "Người dịch",
        "agent": "Nhân viên hỗ trợ",
        "administrator": "Quản trị viên",
    }
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()


@pytest.mark.parametrize("role", RoleCode.values)
def test_every_role_enters_the_admin(desk, role):
    assert desk(role).get("/admin/").status_code == 200


# --- Writers


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_writer_writes_in_both_languages_but_publishes_nothing(desk, categories, language):
    writer = desk("writer")

    adds(writer, categories[language], **{"action-publish": "1"})

    assert not ArticlePage.objects.get().live


def test_a_writer_neither_deletes_nor_unpublishes_what_is_published(desk, categories):
    article = make_article(categories["vi"])
    writer = desk("writer")

    for action in ("delete", "unpublish"):
        assert writer.get(f"/admin/pages/{article.pk}/{action}/").status_code in REFUSED
        assert writer.post(f"/admin/pages/{article.pk}/{action}/").status_code in REFUSED

    assert ArticlePage.objects.get(pk=article.pk).live


def test_a_writer_deletes_a_draft(desk, categories):
    draft = make_article(categories["vi"], is_live=False)

    desk("writer").post(f"/admin/pages/{draft.pk}/delete/")

    assert not ArticlePage.objects.exists()


@pytest.mark.parametrize("role", ["writer", "reviewer", "translator"])
@pytest.mark.parametrize(
    "path", ["tickets/", "orders/", "users/", "groups/", "redirects/", "workflows/list/", "sites/", "collections/add/"]
)
def test_who_writes_sees_no_customers_and_manages_nothing(desk, role, path):
    assert desk(role).get(f"/admin/{path}").status_code in REFUSED


def test_a_writer_deletes_no_product(desk, site_tree):
    product = make_product()
    writer = desk("writer")

    assert writer.get(f"/admin/snippets/kb/product/edit/{product.pk}/").status_code == 200
    assert writer.post(f"/admin/snippets/kb/product/delete/{product.pk}/").status_code in REFUSED


def test_reviewers_aim_the_home_page_and_only_administrators_take_it_away(desk, site_tree):
    home = f"/admin/pages/{site_tree['vi'].pk}"
    for role in ("writer", "translator", "agent"):
        assert desk(role).get(f"{home}/edit/").status_code in REFUSED

    reviewer = desk("reviewer")
    assert reviewer.get(f"{home}/edit/").status_code == 200
    assert all(reviewer.get(f"{home}/{act}/").status_code in REFUSED for act in ("delete", "move", "unpublish"))

    administrator = desk("administrator")
    assert all(
        administrator.get(f"{home}/{act}/").status_code == 200 for act in ("edit", "delete", "move", "unpublish")
    )


# --- Reviewers


def test_a_reviewer_publishes_unpublishes_and_deletes(desk, categories):
    reviewer = desk("reviewer")

    adds(reviewer, categories["vi"], **{"action-publish": "1"})
    article = ArticlePage.objects.get()
    assert article.live
    reviewer.post(f"/admin/pages/{article.pk}/unpublish/")
    assert not ArticlePage.objects.get().live
    reviewer.post(f"/admin/pages/{article.pk}/delete/")
    assert not ArticlePage.objects.exists()


# --- Translators


def test_a_translator_writes_english_pages_only(desk, categories):
    translator = desk("translator")
    vietnamese = make_article(categories["vi"])
    english = make_article(categories["en"])

    assert translator.get(f"/admin/pages/{english.pk}/edit/").status_code == 200
    assert translator.get(f"/admin/pages/{vietnamese.pk}/edit/").status_code in REFUSED
    assert adds(translator, categories["vi"]).status_code in REFUSED
    assert adds(translator, categories["en"], **{"action-publish": "1"}).status_code == 302
    assert not ArticlePage.objects.exclude(pk__in=[vietnamese.pk, english.pk]).get().live


# --- Support agents


def test_an_agent_sees_tickets_and_orders(desk):
    ticket = open_ticket()
    agent = desk("agent")

    assert agent.get(f"/admin/tickets/inspect/{ticket.pk}/").status_code == 200
    assert agent.get("/admin/orders/").status_code == 200


def test_an_agent_proposes_a_draft_but_edits_no_article(desk, categories):
    article = make_article(categories["vi"])
    agent = desk("agent")

    adds(agent, categories["vi"], **{"action-submit": "1"})

    draft = ArticlePage.objects.exclude(pk=article.pk).get()
    assert (draft.live, draft.current_workflow_task.name) == (False, "Đọc chéo")
    assert agent.get(f"/admin/pages/{article.pk}/edit/").status_code in REFUSED
    assert agent.get(f"/admin/pages/{categories['vi'].pk}/edit/").status_code in REFUSED


@pytest.mark.parametrize("path", ["users/", "groups/", "redirects/", "snippets/kb/product/", "workflows/list/"])
def test_an_agent_manages_nothing(desk, path):
    assert desk("agent").get(f"/admin/{path}").status_code in REFUSED


# --- Administrators


@pytest.mark.parametrize(
    "path",
    [
        "users/",
        "groups/",
        "redirects/",
        "workflows/list/",
        "workflows/tasks/index/",
        "collections/",
        "orders/",
        "tickets/",
        "snippets/kb/product/",
    ],
)
def test_an_administrator_opens_what_they_manage(desk, path):
    assert desk("administrator").get(f"/admin/{path}").status_code == 200


def test_an_administrator_adds_a_colleague_but_no_superuser(desk):
    administrator = desk("administrator")

    page = administrator.get("/admin/users/new/").content.decode()
    administrator.post(
        "/admin/users/new/",
        {"email": "moi@example.com", "password1": PASSWORD, "password2": PASSWORD, "is_superuser": "on"},
    )

    assert 'name="is_superuser"' in page
    assert not User.objects.get(email="moi@example.com").is_superuser


def test_an_administrator_makes_no_colleague_a_superuser(desk):
    colleague = make_user("cu@example.com")

    desk("administrator").post(
        f"/admin/users/edit/{colleague.pk}/",
        {"email": "cu@example.com", "full_name": "Mới", "is_active": "on", "is_superuser": "on"},
    )

    colleague.refresh_from_db()
    assert (colleague.full_name, colleague.is_superuser) == ("Mới", False)


def test_an_administrator_does_not_touch_a_superuser(desk):
    superuser = make_user("goc@example.com", is_superuser=True, is_staff=True)
    administrator = desk("administrator")

    changed = administrator.post(f"/admin/users/edit/{superuser.pk}/", {"email": "toi@example.com", "is_active": "on"})
    deleted = administrator.post(f"/admin/users/delete/{superuser.pk}/")
    switched_off = administrator.post(
        f"/admin/bulk/portal/user/set_active_state/?id={superuser.pk}", {"mark_as_active": "False"}
    )

    superuser.refresh_from_db()
    assert {changed.status_code, deleted.status_code, switched_off.status_code} <= set(REFUSED)
    assert (superuser.email, superuser.is_active) == ("goc@example.com", True)


def test_a_superuser_still_makes_superusers(client, site_tree):
    client.force_login(make_user("goc@example.com", is_superuser=True, is_staff=True))

    client.post(
        "/admin/users/new/",
        {"email": "moi@example.com", "password1": PASSWORD, "password2": PASSWORD, "is_superuser": "on"},
    )

    assert User.objects.get(email="moi@example.com").is_superuser


def test_no_role_changes_orders_or_is_a_superuser():
    held = Permission.objects.filter(group__role__isnull=False, content_type__app_label="tracking")

    # What the shop promises is written by editors; what happened is read. A case is moved on by its services alone, and
    # an order is only ever reported on.
    cases = ("returnrequest", "warrantyclaim", "warrantyregistration")
    happened = held.exclude(content_type__model__in=("productterms", "loyaltytier", *cases))
    allowed = set(happened.values_list("codename", flat=True))
    assert {codename for codename in allowed if not codename.startswith("view_")} == {"report_order"}
    moved = held.filter(content_type__model__in=cases).values_list("codename", flat=True)
    assert {codename.partition("_")[0] for codename in moved} == {"view", "change"}
    assert not User.objects.filter(is_superuser=True).exists()


# --- Giving once


def test_everything_in_the_table_exists_and_was_given(site_tree):
    given = set(RoleGrant.objects.values_list("role_id", "key"))

    assert {(code, key) for code, duties in DUTIES.items() for key in duties.single_grants()} - given == set()


def test_what_an_administrator_took_away_is_not_given_again(site_tree):
    writers = Group.objects.get(role="writer")
    index = HelpIndexPage.objects.in_language("vi").get()
    GroupPagePermission.objects.filter(group=writers, page=index).delete()
    writers.permissions.remove(Permission.objects.get(codename="change_synonym"))

    grant_duties({SITE: Page.get_first_root_node(), "help-vi": index})

    assert not GroupPagePermission.objects.filter(group=writers, page=index).exists()
    assert not writers.permissions.filter(codename="change_synonym").exists()


def test_a_permission_that_is_new_in_the_table_arrives(site_tree):
    agents = Role.objects.get(code="agent")
    agents.group.permissions.clear()
    RoleGrant.objects.filter(role=agents, key="tracking.view_order").delete()

    grant_duties({})

    assert list(agents.group.permissions.values_list("codename", flat=True)) == ["view_order"]


def test_a_role_whose_group_was_deleted_stays_away(site_tree):
    Group.objects.get(role="translator").delete()

    grant_duties({SITE: Page.get_first_root_node()})

    assert set(Role.objects.values_list("code", flat=True)) == set(DUTIES) - {"translator"}


def test_a_renamed_group_keeps_its_role(site_tree, client):
    Group.objects.filter(role="writer").update(name="Nhóm viết")

    client.force_login(make_user("chi@example.com", role="writer"))

    assert client.get(f"/admin/pages/{HelpIndexPage.objects.in_language('vi').get().pk}/edit/").status_code == 200
