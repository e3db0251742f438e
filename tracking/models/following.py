"""What follows an order from outside: calendars, and mailboxes that want to hear of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """A secret address under which a calendar reads the expected day; made from `seed`, never stored itself."""

    order = models.ForeignKey(
        "tracking.Order", on_delete=models.CASCADE, related_name="calendar_feeds", verbose_name=_("order")
    )
    seed = models.CharField(max_length=64, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("calendar of an order")
        verbose_name_plural = _("calendars of orders")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(revoked_at=None), name="one_calendar_feed_per_order"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.order_id} {self.created_at:%Y-%m-%d}"


class OrderSubscriptionQuerySet(models.QuerySet["OrderSubscription"]):
    """Reads of subscriptions."""

    def standing(self) -> OrderSubscriptionQuerySet:
        """Keep those that were confirmed and not stopped."""
        return self.filter(stopped_at=None).exclude(confirmed_at=None)


class OrderSubscription(models.Model):
    """A mailbox that wants to hear how an order goes; it counts once its reader has confirmed it.

    It gets what number and contact show (T0), for anybody may type any address; the order's own mailbox gets the link.
    Both addresses in its letters are made from `seed` with the site's secret key.
    """

    order = models.ForeignKey(
        "tracking.Order", on_delete=models.CASCADE, related_name="subscriptions", verbose_name=_("order")
    )
    email = models.CharField(_("e-mail address"), max_length=254)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    seed = models.CharField(max_length=64, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True)

    letters = GenericRelation(
        "letters.Letter", content_type_field="about_type", object_id_field="about_id", related_query_name="subscription"
    )

    objects = OrderSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription to an order")
        verbose_name_plural = _("subscriptions to orders")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["order", "email"], name="subscription_once_per_mailbox")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.order_id} {self.pk}"
