"""Keeps the trees of the languages in step: a translation belongs below the translation of its source's category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from wagtail.actions.move_page import MovePageAction
from wagtail.models import Page

from kb.translation.copies import twin_in
from kb.translation.records import source_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def place_beside_source(page: Page) -> Page | None:
    """Return the page below which the translation `page` belongs; None if it stands there or there is no such page.

    None too for a page without a source. Cost: five queries.
    """
    source = source_of(page)
    parent_of_source = source.get_parent() if source else None
    place = twin_in(parent_of_source, page.locale.language_code) if parent_of_source else None
    if place is None or place.path == page.path[: -Page.steplen]:
        return None
    return place


@transaction.atomic
def move_beside_source(*, page: Page, user: AbstractBaseUser) -> bool:
    """Move the translation where it belongs and tell whether it had to be moved; its old addresses become redirects.

    Raises PermissionDenied when `user` may not move it there.
    """
    place = place_beside_source(page)
    if place is None:
        return False
    MovePageAction(page, place, pos="last-child", user=user).execute()
    return True
