"""The vocabularies of returns, warranties and accounts; their values are stored and exported, so never renamed."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HoldReason(models.TextChoices):
    """Why pieces of an order have not been sent yet."""

    OUT_OF_STOCK = "out_of_stock", _("it is not in stock yet")
    PREORDER = "preorder", _("it has not come out yet")
    PAYMENT = "payment", _("the payment has not arrived yet")
    APPOINTMENT = "appointment", _("it comes with the fitter, on the day you agreed")
    OTHER = "other", _("it is being prepared separately")


class ReturnStatus(models.TextChoices):
    """Where a return stands."""

    REQUESTED = "requested", pgettext_lazy("return", "Requested")
    APPROVED = "approved", pgettext_lazy("return", "Approved")
    REJECTED = "rejected", pgettext_lazy("return", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("return", "Withdrawn")
    RECEIVED = "received", pgettext_lazy("return", "Received by the shop")
    REFUNDED = "refunded", pgettext_lazy("return", "Refunded")
    EXCHANGED = "exchanged", pgettext_lazy("return", "Exchanged")


class ReturnReason(models.TextChoices):
    """Why somebody sends an article back."""

    CHANGED_MIND = "changed_mind", _("I changed my mind")
    DEFECTIVE = "defective", _("It does not work as it should")
    DAMAGED = "damaged", _("It arrived damaged")
    WRONG_ITEM = "wrong_item", _("It is not what I ordered")
    INCOMPLETE = "incomplete", _("Parts are missing")


class Condition(models.TextChoices):
    """How the article is now."""

    UNOPENED = "unopened", _("Unopened, seal intact")
    OPENED = "opened", _("Opened")
    INSTALLED = "installed", _("Installed")


class Remedy(models.TextChoices):
    """What the customer wants for it."""

    REFUND = "refund", _("My money back")
    EXCHANGE = "exchange", _("The same article, new")


class RegistrationStatus(models.TextChoices):
    """Where the registration of an appliance stands."""

    PENDING = "pending", pgettext_lazy("registration", "Waiting for proof")
    CONFIRMED = "confirmed", pgettext_lazy("registration", "Confirmed")
    REFUSED = "refused", pgettext_lazy("registration", "Refused")


class ClaimStatus(models.TextChoices):
    """Where a warranty claim stands."""

    OPENED = "opened", pgettext_lazy("claim", "Reported")
    ACCEPTED = "accepted", pgettext_lazy("claim", "Accepted")
    REFUSED = "refused", pgettext_lazy("claim", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("claim", "Withdrawn")
    IN_REPAIR = "in_repair", pgettext_lazy("claim", "Being repaired")
    REPAIRED = "repaired", pgettext_lazy("claim", "Repaired")
    REPLACED = "replaced", pgettext_lazy("claim", "Replaced by a new one")
    REFUNDED = "refunded", pgettext_lazy("claim", "Money refunded")


class ContactKind(models.TextChoices):
    """How a person is reached."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")


class LedgerKind(models.TextChoices):
    """Why points or money moved."""

    AWARD = "award", _("Points earned")
    GIFT = "gift", _("Points given by the shop")
    REDEEM = "redeem", _("Points used")
    GIVE_BACK = "give_back", _("Points given back")
    EXPIRE = "expire", _("Points expired")
    REVOKE = "revoke", _("Points of a returned article")
    CREDIT = "credit", _("Credit from the shop")
    SPEND = "spend", _("Credit used")
    CORRECT = "correct", _("Correction")
