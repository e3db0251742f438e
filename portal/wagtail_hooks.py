"""What the shell changes in the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from portal import audience_admin as audience_admin  # its hooks
from portal.experiments.admin import ExperimentViewSet
from portal.models import User
from portal.notice_admin import NoticeBannerViewSet
from portal.user_admin import may_manage

register_snippet(NoticeBannerViewSet)


@hooks.register("register_admin_viewset")
def register_experiments() -> ExperimentViewSet:
    """Let editors compare two variants."""
    return ExperimentViewSet()


@hooks.register("before_bulk_action")
def leave_superusers_alone(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    """Refuse to switch off, or to give a group to, a superuser by somebody who is none; Wagtail asks for deleting only."""
    if any(isinstance(user, User) and not may_manage(request.user, user) for user in objects):
        raise PermissionDenied
