"""“Select all pages in listing”: exactly those that the filters left, for every action.

Wagtail (8.0) heeds the search of a list there and forgets its filters: whoever filtered for three pages and deleted
"all" would delete every page below. Its own four actions are registered anew with the selection of this file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail import hooks
from wagtail.admin.views.pages.bulk_actions import (
    DeleteBulkAction,
    MoveBulkAction,
    PublishBulkAction,
    UnpublishBulkAction,
)
from wagtail.admin.views.pages.search import page_filter_search
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from kb.editing.filters import HelpPageFilterSet


class ListedPages:
    """Mixed into a bulk action on pages."""

    request: Any

    def get_all_objects_in_listing_query(self, parent_id: str | None) -> Iterable[int]:
        """Return the keys of the pages that the list below `parent_id` shows with its filters and its search."""
        filters = HelpPageFilterSet(data=self.request.GET, request=self.request)
        if parent_id is None or not filters.is_valid() or not filters.form.has_changed():
            return super().get_all_objects_in_listing_query(parent_id)  # type: ignore[misc]  # mixed into Wagtail's actions and ours
        # A filtered list shows what lies below at any depth, as far as the user may look.
        pages = Page.objects.get(pk=parent_id).get_descendants()
        explorable = page_permission_policy.explorable_instances(self.request.user)
        pages = filters.filter_queryset(pages.filter(pk__in=explorable.values("pk"))).values_list("pk", flat=True)
        query = self.request.GET.get("q", "")
        return page_filter_search(query, pages)[0].results() if query else pages


def _register_wagtails_actions() -> None:
    for action in (DeleteBulkAction, MoveBulkAction, PublishBulkAction, UnpublishBulkAction):
        selecting = type(action.__name__, (ListedPages, action), {"__module__": __name__})
        # The later registration holds, and Wagtail's comes after ours.
        hooks.register("register_bulk_action", selecting, order=1)


_register_wagtails_actions()
