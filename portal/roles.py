"""What each role may do: the one table, and how it reaches the groups. See docs/adr/0012.

`migrate` makes the groups (migration 0004) and then gives them what the table says; the help pages, which the first
start makes, follow at that start. Everything is given once (RoleGrant): a change that an administrator makes in the
admin stays, and a permission that a later version adds to the table arrives with its `migrate`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from django.apps import AppConfig, apps
from django.contrib.auth.models import Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from portal.models import Role, RoleCode, RoleGrant

SITE = "site"


def help_tree(language: str) -> str:
    """Return the name under which the table knows the help pages of `language`."""
    return f"help-{language}"


def home_page(language: str) -> str:
    """Return the name under which the table knows the home page of `language`, with everything below it."""
    return f"home-{language}"


def _each(app_label: str, actions: str, models: str) -> tuple[str, ...]:
    """Return the names of permissions: every one of `actions` on every one of `models` (both parted by spaces)."""
    return tuple(f"{app_label}.{action}_{model}" for model, action in product(models.split(), actions.split()))


@dataclass(frozen=True)
class Duties:
    """What a role may do.

    permissions  names as Django writes them ("support.view_ticket").
    pages        the kinds of permission on each tree of pages: "site", "home-vi", "help-vi" and so on.
    library      permissions in every collection, on its images and documents ("add_image") and on itself.
    """

    permissions: tuple[str, ...] = ()
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    library: tuple[str, ...] = ()

    def single_grants(self) -> Iterator[str]:
        """Give a key for each single grant, as RoleGrant remembers it."""
        yield from self.permissions
        yield from (f"page {tree} {kind}" for tree, kinds in self.pages.items() for kind in kinds)
        yield from (f"collection {codename}" for codename in self.library)


ENTER = ("wagtailadmin.access_admin",)
# What writers write about lies in the catalogue and in words of search; banners and channels speak for the shop.
DRAFTED = "product sparepart reusabletext"
WRITTEN = f"{DRAFTED} synonym orderhelp"
SAID_BY_THE_SHOP = (("support", "contactchannel"), ("portal", "noticebanner"))
# Rules that decide what some customers read and others do not.
AIMED_AT = ("personalization", "add change delete view", "segment")
# Two variants of what the shop says, and which of them is opened more often.
COMPARED = ("portal", "add change delete view", "experiment")
# What agents decide after a sale.
AFTER_SALES = "returnrequest warrantyclaim warrantyregistration"
KEEP = "add change delete view publish lock unlock"
# What the shop promises after the sale; the rows have no drafts.
RULES_AFTER_THE_SALE, KEEP_RULES = "productterms loyaltytier", "add change delete view"
USE_LIBRARY = ("add_image", "choose_image", "add_document", "choose_document")
KEEP_LIBRARY = (*USE_LIBRARY, "change_image", "change_document")

DUTIES: Mapping[RoleCode, Duties] = {
    RoleCode.WRITER: Duties(
        permissions=(*ENTER, *_each("kb", "add change view", WRITTEN)),
        pages={help_tree("vi"): ("add", "change"), help_tree("en"): ("add", "change")},
        library=KEEP_LIBRARY,
    ),
    RoleCode.REVIEWER: Duties(
        permissions=(
            *ENTER,
            *_each("kb", KEEP, DRAFTED),
            *_each("kb", "add change delete view", "synonym searchpromotion orderhelp"),
            *_each("tracking", KEEP_RULES, RULES_AFTER_THE_SALE),
            *(name for app, model in SAID_BY_THE_SHOP for name in _each(app, KEEP, model)),
            *_each(*AIMED_AT),
            *_each(*COMPARED),
        ),
        pages={
            # What the home page shows to whom is part of aiming; nobody but administrators takes it away or moves it.
            **{home_page(language): ("change", "publish") for language in ("vi", "en")},
            **{
                help_tree(language): ("add", "change", "publish", "bulk_delete", "lock", "unlock")
                for language in ("vi", "en")
            },
        },
        library=KEEP_LIBRARY,
    ),
    RoleCode.TRANSLATOR: Duties(
        permissions=ENTER,
        # The Vietnamese pages are the source: a translator reads them and writes the English ones.
        pages={help_tree("en"): ("add", "change")},
        library=USE_LIBRARY,
    ),
    RoleCode.AGENT: Duties(
        permissions=(
            *ENTER,
            *_each("support", "view change", "ticket"),
            *_each("tracking", "view report", "order"),
            *_each("tracking", "view change", AFTER_SALES),
        ),
        # An answer worth keeping becomes a draft; writers and reviewers make it an article.
        pages={help_tree("vi"): ("add",), help_tree("en"): ("add",)},
        library=USE_LIBRARY,
    ),
    RoleCode.ADMINISTRATOR: Duties(
        permissions=(
            *ENTER,
            *_each("kb", KEEP, DRAFTED),
            *_each("kb", "add change delete view", "synonym searchpromotion orderhelp"),
            *(name for app, model in SAID_BY_THE_SHOP for name in _each(app, KEEP, model)),
            *_each(*AIMED_AT),
            *_each(*COMPARED),
            "portal.change_shopsettings",
            *_each("portal", "add change delete view", "user"),
            *_each("auth", "add change delete view", "group"),
            *_each("wagtailcore", "add change delete view", "workflow task"),
            *_each("wagtailredirects", "add change delete view", "redirect"),
            "support.view_ticket",
            *_each("letters", "view change", "letter"),
            # Orders and their history mirror the shop's own system: nobody changes them here.
            *_each("tracking", "view", f"order importjob auditentry {AFTER_SALES}"),
            *_each("tracking", KEEP_RULES, RULES_AFTER_THE_SALE),
        ),
        pages={SITE: ("add", "change", "publish", "bulk_delete", "lock", "unlock")},
        library=(*KEEP_LIBRARY, "add_collection", "change_collection", "delete_collection"),
    ),
}


@transaction.atomic
def grant_duties(trees: Mapping[str, Page]) -> None:
    """Give every role what the table says and it was never given, as far as it exists by now.

    `trees` are the pages by the names of the table; permissions on a tree that is not among them wait for the next
    call. Cost: two queries when nothing is new.
    """
    roles = {role.code: role for role in Role.objects.select_related("group")}
    given = set(RoleGrant.objects.values_list("role_id", "key"))
    wanted = [
        (roles[code], key)
        for code, duties in DUTIES.items()
        if code in roles
        for key in duties.single_grants()
        if (code, key) not in given
    ]
    if wanted:
        grants = [RoleGrant(role=role, key=key) for role, key in wanted if _give(role, key, trees)]
        RoleGrant.objects.bulk_create(grants)


def grant_after_migrate(sender: AppConfig, using: str, **signal: object) -> None:
    """Give the roles what they may do once `migrate` has made the permissions of every app."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if sender is last and using == "default":
        root = Page.get_first_root_node()
        grant_duties({SITE: root} if root else {})


def _give(role: Role, key: str, trees: Mapping[str, Page]) -> bool:
    """Give one grant; returns whether what it needs exists."""
    kind, *rest = key.split()
    if kind == "page":
        return rest[0] in trees and _give_page(role, trees[rest[0]], rest[1])
    if kind == "collection":
        return _give_collection(role, rest[0])
    app_label, codename = key.split(".")
    permission = Permission.objects.filter(content_type__app_label=app_label, codename=codename).first()
    if permission is not None:
        role.group.permissions.add(permission)
    return permission is not None


def _give_page(role: Role, page: Page, kind: str) -> bool:
    permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{kind}_page")
    GroupPagePermission.objects.get_or_create(group=role.group, page=page, permission=permission)
    return True


def _give_collection(role: Role, codename: str) -> bool:
    permission = Permission.objects.get(
        content_type__app_label__in=["wagtailimages", "wagtaildocs", "wagtailcore"], codename=codename
    )
    root = Collection.get_first_root_node()
    GroupCollectionPermission.objects.get_or_create(group=role.group, collection=root, permission=permission)
    return True
