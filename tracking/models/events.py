"""What was reported, when and by whom: written once, never edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracking.append_only import AppendOnlyModel
from tracking.models.orders import Order
from tracking.models.shipments import Shipment
from tracking.statuses import OrderEventKind, Reason, Status


class SourceRank(models.IntegerChoices):
    """Whom to believe when two reports carry the same time; the higher wins."""

    STAFF_NOTE = 10, _("staff note")
    FILE = 20, _("file")
    SELLER = 30, _("seller's system")
    CARRIER_WEBHOOK = 40, _("carrier, verified message")
    CARRIER_PULL = 50, _("carrier, asked by us")


class TimeConfidence(models.TextChoices):
    """How well the time of an event is known."""

    EXPLICIT_OFFSET = "explicit", _("with time zone")
    ASSUMED_ZONE = "assumed", _("time zone assumed")
    DATE_ONLY = "date", _("day only")


class TrackingEvent(AppendOnlyModel):
    """One report about a parcel.

    `status` is empty for news that changes no status ("delayed by rain"), UNKNOWN for a code nobody mapped;
    `raw_*` keep what the source really said. A correction names the event it cancels in `corrects_key`, by key
    and not by link, so that it may arrive first.
    """

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="events")
    source = models.CharField(_("source"), max_length=40)
    source_rank = models.PositiveSmallIntegerField(_("rank of the source"), choices=SourceRank.choices)
    natural_key = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField(default=0)
    occurred_at = models.DateTimeField(_("time"))
    utc_offset_minutes = models.SmallIntegerField(default=420)
    time_confidence = models.CharField(max_length=10, choices=TimeConfidence.choices)
    # More than ten minutes ahead of our clock when it came: shown, but not believed enough to close a parcel.
    is_ahead_of_clock = models.BooleanField(default=False)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, blank=True)
    flags = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    received_by = models.CharField(_("received by"), max_length=150, blank=True)
    estimated_from = models.DateField(null=True)
    estimated_until = models.DateField(null=True)
    raw_code = models.CharField(_("carrier's code"), max_length=64, blank=True)
    raw_text = models.CharField(_("carrier's words"), max_length=500, blank=True)
    raw_time = models.CharField(max_length=64, blank=True)
    corrects_key = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        ordering = ["occurred_at", "source_rank", "sequence", "natural_key"]
        constraints = [models.UniqueConstraint(fields=["source", "natural_key"], name="tracking_event_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M} {self.status or self.raw_code}"


class OrderEvent(AppendOnlyModel):
    """One report about an order as a whole: placed, paid, cancelled, refunded…"""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="events")
    source = models.CharField(_("source"), max_length=40)
    natural_key = models.CharField(max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=OrderEventKind.choices)
    occurred_at = models.DateTimeField(_("time"))
    # What of the order it is about, by key: "return:DT-123456"; empty for the order as a whole.
    subject_key = models.CharField(max_length=40, blank=True)
    text = models.CharField(_("text"), max_length=500, blank=True)
    corrects_key = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        ordering = ["occurred_at", "natural_key"]
        constraints = [models.UniqueConstraint(fields=["source", "natural_key"], name="order_event_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M} {self.kind}"
