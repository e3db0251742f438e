"""A step of moderation that somebody else has to take: four eyes see whatever is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import AbstractGroupApprovalTask, TaskState

from portal.lib.text import clean_text

if TYPE_CHECKING:
    from django.contrib.auth.models import PermissionsMixin
    from django.db.models import QuerySet
    from wagtail.models import Page

COMMENT_MAX_LENGTH = 2_000


class OptionalCommentForm(TaskStateCommentForm):
    """What a reader of a draft may add to an approval."""

    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=COMMENT_MAX_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The author reads it."),
    )

    def clean_comment(self) -> str:
        return clean_text(self.cleaned_data["comment"])


class ReasonForm(OptionalCommentForm):
    """What has to be said when changes are requested: a refusal without a reason helps nobody."""

    comment = forms.CharField(
        label=_("What has to change, and why"),
        max_length=COMMENT_MAX_LENGTH,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Name the place in the text. The author gets it by mail and sees it above the draft."),
        error_messages={"required": _("Say what has to change: the author sees nothing else.")},
    )


class FourEyesTask(AbstractGroupApprovalTask):
    """Members of the chosen groups read the draft, but never whoever submitted it."""

    class Meta:
        verbose_name = _("reading by somebody else")
        verbose_name_plural = _("readings by somebody else")

    @classmethod
    def get_description(cls) -> str:
        return gettext("Members of the chosen groups can approve this step, but not the person who submitted.")

    def get_actions(self, obj: Page, user: PermissionsMixin) -> list[tuple[str, str, bool]]:
        """Return what `user` may do with the draft: nothing when it is their own submission."""
        state = obj.current_workflow_state
        if state is not None and state.requested_by_id == user.pk:
            return []
        return super().get_actions(obj, user)

    def get_task_states_user_can_moderate(self, user: PermissionsMixin, **kwargs: Any) -> QuerySet[TaskState]:
        """Return what awaits `user`: the panel on the dashboard and the reports ask this."""
        return super().get_task_states_user_can_moderate(user, **kwargs).exclude(workflow_state__requested_by=user)

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ReasonForm if action == "reject" else OptionalCommentForm

    def on_action(self, task_state: TaskState, user: PermissionsMixin, action_name: str, **kwargs: Any) -> None:
        """Take the step; raises PermissionDenied when changes are requested without a reason.

        Wagtail's dialogue has checked the reason by then, but the editor's form hands on whatever it was sent.
        """
        form = self.get_form_for_action(action_name)({"comment": kwargs.get("comment", "")})
        if not form.is_valid():
            raise PermissionDenied("; ".join(map(str, form.errors["comment"])))
        super().on_action(task_state, user, action_name, comment=form.cleaned_data["comment"])
