"""At sign-in and sign-out the visitor becomes somebody else: what the browser holds waits for their word, or goes."""

from typing import Any

from django.contrib.auth import user_logged_in, user_logged_out
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(user_logged_in, dispatch_uid="personalization.look_at_the_browser")
def look_at_the_browser(sender: object, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Read anew who it is. Choices of a guest that say nothing new leave the browser, which may be a shared one.

    Others stay until the visitor has decided about them (`Visitor.undecided`, page "preference_merge").
    """
    visitor = getattr(request, "visitor", None)  # a sign-in by a script has no browser behind it
    if visitor is None:
        return
    visitor.forget_what_was_read()
    if visitor.guest_choices is not None and visitor.guest_choices.consents and not visitor.undecided:
        visitor.keep_in_browser(None)


@receiver(user_logged_out, dispatch_uid="personalization.leave_no_message")
def leave_no_message(sender: object, request: HttpRequest | None, **kwargs: Any) -> None:
    """Drop the messages that were not shown yet: the next person at this browser is not meant. Those of this request stay."""
    waiting = get_messages(request) if request is not None else None  # a sign-out by a script has no browser behind it
    if isinstance(waiting, BaseStorage):
        waiting.used = True
