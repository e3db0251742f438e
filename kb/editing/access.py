"""Who sees what the admin tells about pages."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from wagtail.admin.menu import MenuItem
from wagtail.permissions import page_permission_policy

# Whoever writes, checks or publishes pages, and agents, who propose drafts; customers have none of these.
WORKING_ON_PAGES = ["add", "change", "publish"]


def works_on_pages(user: Any) -> bool:
    """Return whether somebody works on pages anywhere."""
    return bool(page_permission_policy.user_has_any_permission(user, WORKING_ON_PAGES))


def may(user: Any, action: str, model: str) -> bool:
    """Return whether somebody may "add" a "synonym" or "searchpromotion"."""
    return bool(user.has_perm(f"kb.{action}_{model}"))


def for_who_works_on_pages(view: Any) -> Any:
    """Close a view to everybody else."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not works_on_pages(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return closed


class PageWorkMenuItem(MenuItem):
    """Shown to whoever works on pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return works_on_pages(request.user)
