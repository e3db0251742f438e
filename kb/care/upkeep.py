"""Changes beside an article's text, for many articles at once: its owner, its products, the day of its last check.

They are no rewriting: the votes of readers stay with the text that they were given for, and nobody's draft is
published. So they make no revision; the row and every revision that may still be published are changed together, or
the next "publish" would put the old values back (docs/adr/0016-care-without-revisions.md). Each change is logged.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Locale, Page, Revision

from kb.models import ArticlePage, Product
from kb.page_changes import forget_pages
from kb.search.indexing import request_indexing

ProductChange = Literal["add", "replace", "remove"]
# From a revision's stored content to the values that it shall have instead.
Patch = Callable[[dict[str, Any]], dict[str, Any]]


class ProductNotDescribed(Exception):
    """A product has no description in one of the languages; the message names both."""


@dataclass(frozen=True)
class Check:
    """One check of an article: the day, against what, and when to look again; empty values are left as they are."""

    on: date
    checked_for: str = ""
    again_on: date | None = None


@transaction.atomic
def set_owner(*, pages: Iterable[Page], owner: AbstractBaseUser, user: AbstractBaseUser) -> int:
    """Make `owner` answerable for the pages; returns how many had another owner before.

    The owner is no part of a revision (Wagtail keeps it with the page), so only the row changes.
    """
    changed = 0
    for page in pages:
        if page.owner_id == owner.pk:
            continue
        former, page.owner = page.owner, owner
        page.save(update_fields=["owner"], clean=False)
        log(instance=page, action="kb.set_owner", user=user, data={"from": str(former or ""), "to": str(owner)})
        changed += 1
    return changed


@transaction.atomic
def set_products(
    *, articles: Iterable[ArticlePage], codes: Collection[str], change: ProductChange, user: AbstractBaseUser
) -> int:
    """Add, replace or remove the products of these codes; returns how many articles were changed.

    Each article gets the products of its own language. Raises ProductNotDescribed, before anything is changed, when
    one of them does not exist there. Cost: some six queries for each article.
    """
    articles = list(articles)
    if change != "remove":
        ensure_described(codes=codes, locale_ids={article.locale_id for article in articles})
    chosen: defaultdict[int, list[int]] = defaultdict(list)
    for locale_id, product_id in Product.objects.filter(code__in=codes).values_list("locale_id", "pk"):
        chosen[locale_id].append(product_id)
    changed = 0
    for article in articles:
        wanted = _changed_list(chosen[article.locale_id], change)
        before = sorted(product.pk for product in article.products.all())
        after = wanted(before)
        touches_draft = _patch_revisions(article, _with_products(wanted))
        if after == before and not touches_draft:
            continue
        if after != before:
            article.products.set(Product.objects.filter(pk__in=after))
            article.save(update_fields=["products"], clean=False)
        log(instance=article, action="kb.set_products", user=user, data={"change": change, "codes": sorted(codes)})
        changed += 1
    if changed:
        transaction.on_commit(forget_pages)
    return changed


@transaction.atomic
def mark_checked(*, articles: Iterable[ArticlePage], check: Check, user: AbstractBaseUser) -> int:
    """Note that `user` compared the articles with the machine or the rule; returns how many were not noted so yet."""
    values: dict[str, Any] = {"last_checked_on": check.on, "last_checked_by_id": user.pk}
    if check.checked_for:
        values["checked_for"] = check.checked_for
    # A day that has passed would keep the article in the report that the check takes it out of.
    values["check_again_on"] = check.again_on
    changed = []
    for article in articles:
        if all(getattr(article, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(article, name, value)
        names = [name.removesuffix("_id") for name in values]
        article.save(update_fields=names, clean=False)
        stored = article.serializable_data()
        _patch_revisions(article, _with_values({name: stored[name] for name in names}))
        log(instance=article, action="kb.mark_checked", user=user, data={"on": check.on.isoformat()})
        changed.append(article.pk)
    if changed:
        request_indexing(changed)
        transaction.on_commit(forget_pages)
    return len(changed)


def note_checks(days: Mapping[ArticlePage, date]) -> None:
    """Set the day of the last check of many articles, whoever did it: for imports. Cost: three queries for each."""
    for article, day in days.items():
        article.last_checked_on = day
        _patch_revisions(article, _with_values({"last_checked_on": day.isoformat()}))
    ArticlePage.objects.bulk_update(days, ["last_checked_on"])
    transaction.on_commit(forget_pages)


def ensure_described(*, codes: Collection[str], locale_ids: Iterable[int]) -> None:
    """Raise ProductNotDescribed when one of the products has no description in one of the languages.

    Cost: two queries.
    """
    described = set(Product.objects.filter(code__in=codes).values_list("locale_id", "code"))
    for locale in Locale.objects.filter(pk__in=locale_ids).order_by("pk"):
        missing = sorted(code for code in codes if (locale.pk, code) not in described)
        if missing:
            raise ProductNotDescribed(
                _(
                    "Not described in %(language)s: %(codes)s. Describe the product there first, or leave out the pages in that language."
                )
                % {"codes": ", ".join(missing), "language": locale.get_display_name()}
            )


def _changed_list(chosen: list[int], change: ProductChange) -> Callable[[Iterable[int]], list[int]]:
    changes: Mapping[ProductChange, Callable[[Iterable[int]], list[int]]] = {
        "add": lambda before: sorted({*before, *chosen}),
        "replace": lambda before: sorted(chosen),
        "remove": lambda before: sorted(set(before) - set(chosen)),
    }
    return changes[change]


def _with_products(wanted: Callable[[Iterable[int]], list[int]]) -> Patch:
    return lambda content: {"products": wanted(content["products"])}


def _with_values(values: dict[str, Any]) -> Patch:
    return lambda content: values


def _patch_revisions(article: ArticlePage, patch: Patch) -> bool:
    """Apply `patch` to the revisions that are published, may be published later, or are the editor's next start.

    Returns whether any of them changed.
    """
    still_of_use = Q(pk__in=[article.live_revision_id, article.latest_revision_id]) | Q(
        approved_go_live_at__isnull=False
    )
    has_changed = False
    for revision in Revision.page_revisions.filter(still_of_use, object_id=str(article.pk)):
        content = {**revision.content, **patch(revision.content)}
        if content != revision.content:
            Revision.objects.filter(pk=revision.pk).update(content=content)
            has_changed = True
    return has_changed
