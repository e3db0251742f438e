"""The outbox: one row for each letter."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.lib.letters import kinds


class LetterStatus(models.TextChoices):
    """Where a letter stands."""

    WAITING = "waiting", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNCERTAIN = "uncertain", _("perhaps sent: the mail server fell silent")
    FAILED = "failed", _("not sent")
    WITHHELD = "withheld", _("withheld: this address had too many letters today")
    CANCELLED = "cancelled", _("not sent: no longer needed")


# Given up, withheld or unknown: an agent may decide to send it after all.
SENDABLE_AGAIN = (LetterStatus.UNCERTAIN, LetterStatus.FAILED, LetterStatus.WITHHELD)
UNFINISHED = (LetterStatus.WAITING, LetterStatus.SENDING)


class LetterQuerySet(models.QuerySet["Letter"]):
    """Reads of the outbox."""

    def due(self, now: datetime) -> LetterQuerySet:
        """Keep the letters that should be tried now, the longest waiting first."""
        return self.filter(status=LetterStatus.WAITING, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def stuck(self, now: datetime, after: timedelta) -> LetterQuerySet:
        """Keep the letters whose sender must have died on the way."""
        return self.filter(status=LetterStatus.SENDING, claimed_at__lt=now - after)


class Letter(models.Model):
    """One letter: kept until it is sent, and afterwards as a record for as long as its kind says.

    It is composed when it is sent, from the thing it is about; so no second copy of what was said exists. An app
    whose letters hang on a row gives that row a GenericRelation; the letters then go with it. `details` holds what
    no row says (the app's own plain values).
    """

    kind = models.CharField(_("kind"), max_length=60)
    # Once for each reason: the same key a second time is the same letter.
    key = models.CharField(max_length=200, unique=True, editable=False)
    about_type = models.ForeignKey(ContentType, models.CASCADE, null=True, blank=True, related_name="+")
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    details = models.JSONField(default=dict, blank=True)
    recipient = models.EmailField(_("to"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    # The same in every attempt, so that a mail server that got it twice can tell.
    mail_id = models.CharField(max_length=255, unique=True, editable=False)
    status = models.CharField(_("state"), max_length=10, choices=LetterStatus.choices, default=LetterStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("posted"), default=timezone.now)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    claimed_at = models.DateTimeField(_("last attempt"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["status", "next_attempt_at"]),
            models.Index(fields=["about_type", "about_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def kind_label(self) -> str:
        """Return what the staff calls such letters; the code itself when no app of this release has the kind."""
        kind = kinds.find(self.kind)
        return str(kind.label) if kind else self.kind

    @property
    def can_be_sent_again(self) -> bool:
        return self.status in SENDABLE_AGAIN
