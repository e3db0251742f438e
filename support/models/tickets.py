"""Tickets, their threads, and the letters that go out about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.references import make_reference

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class TicketStatus(models.TextChoices):
    """Whose turn it is."""

    OPEN = "open", _("Waiting for our answer")
    ANSWERED = "answered", _("Answered")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


class Channel(models.TextChoices):
    """How the question reached us."""

    WEB = "web", _("Contact form")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    OTHER = "other", _("Another way")


UNFINISHED = (TicketStatus.OPEN, TicketStatus.ANSWERED)


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Reads that know who may see a ticket."""

    def of_customer(self, user: AbstractBaseUser | AnonymousUser) -> TicketQuerySet:
        """Keep the tickets of `user`: opened while signed in, or under an address the account has verified."""
        if not user.is_authenticated:
            return self.none()
        verified = EmailAddress.objects.filter(user_id=user.pk, verified=True).values(lowered=Lower("email"))
        return self.filter(models.Q(user_id=user.pk) | models.Q(user=None, email__in=verified))

    def unfinished(self) -> TicketQuerySet:
        """Keep the tickets that wait for somebody."""
        return self.filter(status__in=UNFINISHED)


class Ticket(models.Model):
    """A question that a person has to answer; what was said is in `messages`."""

    reference = models.CharField(_("number"), max_length=16, unique=True, default=make_reference, editable=False)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=200)
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), db_index=True, help_text=_("In lower case."))
    phone = models.CharField(_("phone number"), max_length=20, blank=True, help_text=_("In international form."))
    order_reference = models.CharField(_("order number"), max_length=64, blank=True)
    article = models.CharField(_("article they came from"), max_length=120, blank=True)
    search_query = models.CharField(_("search that led here"), max_length=500, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    status = models.CharField(_("status"), max_length=10, choices=TicketStatus.choices, default=TicketStatus.OPEN)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("account"),
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="handled_tickets",
        verbose_name=_("agent"),
    )
    # The same form sent twice (a double click, a page reloaded) has the same key: see services.submission_key.
    submission_key = models.CharField(max_length=64, unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["status", "created_at"])]

    def __str__(self) -> str:
        return f"{self.reference}: {self.subject}"

    @property
    def is_closed(self) -> bool:
        return self.status == TicketStatus.CLOSED


class AuthorKind(models.TextChoices):
    """Who wrote a message."""

    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Support")


class ThreadIsAppendOnly(TypeError):
    """Somebody tried to change what was said; write a further message instead."""


class TicketMessage(models.Model):
    """One thing that was said; never changed afterwards. Internal notes are the staff's alone."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages", verbose_name=_("ticket"))
    author_kind = models.CharField(_("written by"), max_length=10, choices=AuthorKind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    body = models.TextField(_("text"))
    is_internal = models.BooleanField(_("internal note"), default=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    letters = GenericRelation(
        "letters.Letter", content_type_field="about_type", object_id_field="about_id", related_query_name="message"
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ThreadIsAppendOnly("a message is never changed; write a further one")
        super().save(*args, **kwargs)


class LetterKind(models.TextChoices):
    """What a letter is for."""

    RECEIPT = "support.receipt", _("Receipt to the customer")
    NOTICE = "support.notice", _("Notice to the staff")
    REPLY = "support.reply", _("Answer to the customer")
