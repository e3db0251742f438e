"""At sign-in the choices of the guest move into the account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import user_logged_in
from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from personalization.merging import take_over_guest_choices


@receiver(user_logged_in, dispatch_uid="personalization.take_over_guest_choices")
def move_guest_choices(sender: object, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Take the guest's choices over, say so, and empty the browser: it may be a shared one."""
    visitor = getattr(request, "visitor", None)  # a sign-in by a script has no browser behind it
    if visitor is None:
        return
    choices = visitor.guest_choices
    if choices is None:
        visitor.forget_what_was_read()
        return
    if take_over_guest_choices(user, choices):
        messages.success(request, _("The choices kept in this browser are now in your account. See Preferences."))
    else:
        messages.info(request, _("The choices kept in this browser were removed; those of your account apply."))
    visitor.keep_in_browser(None)
