"""What editors do to many pages at once: owner, products, checked, submitted for review.

Each action first says page by page what will change and what will not, and why.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page

from kb.care import upkeep
from kb.editing.bulk_selection import ListedPages
from kb.editing.filters import product_choices
from kb.models import ArticlePage
from kb.models.article_form import colleagues


class HelpBulkAction(ListedPages, PageBulkAction):
    """An action whose confirmation page names for each page that stays as it is the reason why."""

    template_name = "kb/editing/confirm_bulk_action.html"
    form_class: type[forms.Form] = forms.Form
    classes: set[str] = set()
    question: Any = ""
    submit_label: Any = ""
    icon = "doc-empty-inverse"

    def obstacle_of(self, page: Page) -> str:
        """Return why this user cannot do it to this page now, or nothing."""
        raise NotImplementedError

    def check_perm(self, page: Page) -> bool:
        return not self.obstacle_of(page.specific_deferred)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for entry in context["items_with_no_access"]:
            entry["item"] = entry["item"].specific_deferred
            entry["reason"] = self.obstacle_of(entry["item"])
        return {
            **context,
            "question": self.question,
            "submit_label": self.submit_label,
            "title": self.display_name,
            "icon": self.icon,
        }

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        if not num_parent_objects:
            return gettext("Nothing had to be changed.")
        return ngettext("%(count)d page was changed.", "%(count)d pages were changed.", num_parent_objects) % {
            "count": num_parent_objects
        }

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), **self.cleaned_form.cleaned_data}


def _obstacle_to_changing(page: Page, user: Any, *, live_needs_publish: bool) -> str:
    """Return why `user` may not change the article beside its text."""
    permissions = page.permissions_for_user(user)
    if not isinstance(page, ArticlePage):
        return gettext("It is no article.")
    if page.alias_of_id:
        return gettext("It repeats another article: change that one.")
    if not permissions.can_edit():
        return gettext("You may not edit it.")
    if live_needs_publish and page.live and not permissions.can_publish():
        return gettext("It is published, and you may not publish.")
    if permissions.page_locked():
        return gettext("It is locked.")
    return ""


class OwnerForm(forms.Form):
    """Whom the pages belong to from now on."""

    owner: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None,
        label=_("Owner"),
        empty_label=None,
        help_text=_("Answers for the article and gets the letter when it is due for a check."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues()  # type: ignore[attr-defined]  # a form types its fields as plain ones


@hooks.register("register_bulk_action")
class SetOwnerBulkAction(HelpBulkAction):
    """Give pages another owner."""

    display_name = _("Set owner")
    action_type = "set_owner"
    aria_label = _("Set the owner of the selected pages")
    action_priority = 110
    form_class = OwnerForm
    icon = "user"
    question = _("Who shall answer for these pages?")
    submit_label = _("Yes, set the owner")

    def obstacle_of(self, page: Page) -> str:
        # In Wagtail an owner may edit the page, so giving pages away is not for everybody who writes.
        if not page.permissions_for_user(self.request.user).can_publish():
            return gettext("Only who may publish it may give it another owner.")
        return ""

    @classmethod
    def execute_action(
        cls, objects: list[Page], owner: AbstractBaseUser, user: AbstractBaseUser, **kwargs: Any
    ) -> tuple[int, int]:
        return upkeep.set_owner(pages=objects, owner=owner, user=user), 0


class ProductsForm(forms.Form):
    """Which products, and what to do with them."""

    change = forms.ChoiceField(
        label=_("What to do"),
        choices=[
            ("add", _("Add these products")),
            ("replace", _("Set exactly these products")),
            ("remove", _("Remove these products")),
        ],
        initial="add",
        widget=forms.RadioSelect,
        help_text=_("“Set exactly” takes away every product that is not chosen."),
    )
    codes = forms.MultipleChoiceField(label=_("Products"), choices=(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, articles: list[Page], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.articles = articles
        self.fields["codes"].choices = product_choices()  # type: ignore[attr-defined]  # a form types its fields as plain ones

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("change") in ("add", "replace") and data.get("codes"):
            try:
                upkeep.ensure_described(codes=data["codes"], locale_ids={page.locale_id for page in self.articles})
            except upkeep.ProductNotDescribed as error:
                self.add_error("codes", str(error))
        return data


@hooks.register("register_bulk_action")
class SetProductsBulkAction(HelpBulkAction):
    """Say which products articles are about."""

    display_name = _("Set products")
    action_type = "set_products"
    aria_label = _("Set the products of the selected pages")
    action_priority = 120
    form_class = ProductsForm
    icon = "tag"
    question = _("Which products are these articles about? Published articles change at once; drafts stay drafts.")
    submit_label = _("Yes, set the products")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "articles": self.get_actionable_objects()[0]}

    def obstacle_of(self, page: Page) -> str:
        return _obstacle_to_changing(page, self.request.user, live_needs_publish=True)

    @classmethod
    def execute_action(
        cls,
        objects: list[Page],
        codes: list[str],
        change: upkeep.ProductChange,
        user: AbstractBaseUser,
        **kwargs: Any,
    ) -> tuple[int, int]:
        articles = [page.specific for page in objects]
        return upkeep.set_products(articles=articles, codes=codes, change=change, user=user), 0


class CheckForm(forms.Form):
    """When the articles were compared, with what, and when to look again."""

    last_checked_on = forms.DateField(label=_("Checked on"), widget=AdminDateInput)
    checked_for = forms.CharField(
        label=_("Checked for"),
        max_length=120,
        required=False,
        help_text=_("What they were compared with: a model, a version. Empty: leave what each article says."),
    )
    check_again_on = forms.DateField(
        label=_("Check again on"),
        widget=AdminDateInput,
        required=False,
        help_text=_("Leave empty when no day is set; the articles then come up again after a year."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["last_checked_on"].initial = timezone.localdate

    def clean_last_checked_on(self) -> date:
        day: date = self.cleaned_data["last_checked_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("That day is still to come."))
        return day

    def clean_check_again_on(self) -> date | None:
        day: date | None = self.cleaned_data["check_again_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day


@hooks.register("register_bulk_action")
class MarkCheckedBulkAction(HelpBulkAction):
    """Note that articles were compared with the machine or the rule."""

    display_name = _("Mark checked")
    action_type = "mark_checked"
    aria_label = _("Mark the selected pages as checked")
    action_priority = 130
    form_class = CheckForm
    icon = "check"
    question = _("You have compared these articles with the machine or the rule, and they are right?")
    submit_label = _("Yes, mark as checked")

    def obstacle_of(self, page: Page) -> str:
        # The text stays as it is, so whoever may edit the article may say that it is right.
        return _obstacle_to_changing(page, self.request.user, live_needs_publish=False)

    @classmethod
    def execute_action(cls, objects: list[Page], user: AbstractBaseUser, **values: Any) -> tuple[int, int]:
        check = upkeep.Check(values["last_checked_on"], values["checked_for"], values["check_again_on"])
        return upkeep.mark_checked(articles=[page.specific for page in objects], check=check, user=user), 0


@hooks.register("register_bulk_action")
class SubmitBulkAction(HelpBulkAction):
    """Send drafts into the workflow of their place."""

    display_name = _("Submit for review")
    action_type = "submit_for_review"
    aria_label = _("Submit the selected pages for review")
    action_priority = 140
    icon = "tasks"
    question = _("Send the drafts of these pages to the reviewers?")
    submit_label = _("Yes, submit")

    def obstacle_of(self, page: Page) -> str:
        permissions = page.permissions_for_user(self.request.user)
        if not permissions.can_edit():
            return gettext("You may not edit it.")
        if permissions.page_locked():
            return gettext("It is locked.")
        if page.current_workflow_state:
            return gettext("It is being reviewed already.")
        if page.live and not page.has_unpublished_changes:
            return gettext("It has no unpublished change.")
        if not permissions.can_submit_for_moderation():
            return gettext("No review is set up for its place.")
        return ""

    @classmethod
    def execute_action(cls, objects: list[Page], user: AbstractBaseUser, **kwargs: Any) -> tuple[int, int]:
        for page in objects:
            page = page.specific
            if page.get_latest_revision() is None:
                page.save_revision(user=user)
            page.get_workflow().start(page, user)
        return len(objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        if not num_parent_objects:
            return gettext("Nothing had to be submitted.")
        return ngettext(
            "%(count)d page was submitted for review.", "%(count)d pages were submitted for review.", num_parent_objects
        ) % {"count": num_parent_objects}


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name in the site history what was changed beside the texts."""
    actions.register_action("kb.set_owner", _("Set owner"), _("Owner set"))
    actions.register_action("kb.set_products", _("Set products"), _("Products set"))
    actions.register_action("kb.mark_checked", _("Mark checked"), _("Marked as checked"))
