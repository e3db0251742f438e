"""Who may see which page, once for every list, selector and index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from wagtail.models import PageManager, PageViewRestriction
from wagtail.query import PageQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


def closed_to(user: AbstractBaseUser | AnonymousUser | None) -> list[PageViewRestriction]:
    """Return the view restrictions that `user` cannot pass; None stands for an anonymous reader.

    A shared password opens a page for one session, not for a person: such a page is served to whoever typed the
    password, but it is listed and found for nobody.
    Cost: one query for the restrictions, one more for the groups where a restriction names groups.
    """
    restrictions = list(
        PageViewRestriction.objects.exclude(restriction_type=PageViewRestriction.NONE)
        .select_related("page")
        .prefetch_related("groups")
    )
    if not restrictions or user is None or not user.is_authenticated:
        return restrictions
    if getattr(user, "is_superuser", False):
        return [one for one in restrictions if one.restriction_type == PageViewRestriction.PASSWORD]
    own_groups = set(user.groups.values_list("pk", flat=True))
    return [
        one
        for one in restrictions
        if one.restriction_type == PageViewRestriction.PASSWORD
        or (
            one.restriction_type == PageViewRestriction.GROUPS
            and own_groups.isdisjoint(group.pk for group in one.groups.all())
        )
    ]


class HelpPageQuerySet(PageQuerySet):
    """Pages of the knowledge base; every list for readers starts with `visible_to` or `public`."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser | None) -> HelpPageQuerySet:
        """Keep what `user` may read now: published, not expired, below no restriction that they cannot pass."""
        pages = self.live().filter(Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now()))
        for restriction in closed_to(user):
            pages = pages.not_descendant_of(restriction.page, inclusive=True)
        return pages

    def public(self) -> HelpPageQuerySet:
        """Keep what an anonymous reader may read now."""
        return self.visible_to(None)

    def in_language(self, code: str) -> HelpPageQuerySet:
        """Keep the pages written in the language `code`."""
        return self.filter(locale__language_code=code)


HelpPageManager = PageManager.from_queryset(HelpPageQuerySet)
