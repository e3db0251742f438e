"""People in the Wagtail admin: our user has one full name, and the address that proves itself."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import CreateView, EditView, IndexView, UserViewSet

from portal.models import User


class _FullName(forms.Form):
    """What both forms share."""

    first_name = None
    last_name = None
    full_name = forms.CharField(label=_("Full name"), max_length=150, required=False)

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user = super().save(commit=commit)  # type: ignore[misc]  # of the form it is mixed into
        if commit:
            keep_address_in_step(user)
        return user


class PortalUserCreationForm(_FullName, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        fields = {"email", "full_name", "is_superuser", "groups"}


class PortalUserEditForm(_FullName, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = {"email", "full_name", "is_active", "is_superuser", "groups"}


class PortalUserIndexView(IndexView):
    search_fields = {"email", "full_name"}


class _SuperuserStaysApart:
    """Whoever is no superuser makes none: the box is there, but what was sent for it does not count."""

    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> forms.ModelForm:
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]  # of the view it is mixed into
        if "is_superuser" in form.fields and not self.request.user.is_superuser:
            form.fields["is_superuser"].disabled = True
        return form


class PortalUserCreateView(_SuperuserStaysApart, CreateView):
    pass


class PortalUserEditView(_SuperuserStaysApart, EditView):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not may_manage(request.user, self.object):
            # Their address or password in other hands would be their rights in other hands.
            raise PermissionDenied


class PortalUserViewSet(UserViewSet):
    """Wagtail's pages for users with the full name in place of two names."""

    index_view_class = PortalUserIndexView
    add_view_class = PortalUserCreateView
    edit_view_class = PortalUserEditView
    create_template_name = "portal/admin/user_create.html"
    edit_template_name = "portal/admin/user_edit.html"

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PortalUserEditForm if for_update else PortalUserCreationForm


def may_manage(manager: Any, user: User) -> bool:
    """Say whether `manager` may touch the account `user`, given that they may touch accounts at all."""
    return manager.is_superuser or not user.is_superuser


def keep_address_in_step(user: Any) -> None:
    """Let the account sign in with its present address alone; a changed one proves itself at the next sign-in."""
    addresses = EmailAddress.objects.filter(user=user)
    if addresses.filter(email=user.email, primary=True).exists():
        return
    addresses.delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
