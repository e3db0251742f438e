"""What the staff types about an order."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.lib.fields import LineField
from tracking.disclosure import Tier
from tracking.models import Order
from tracking.services.auditing import MAX_REASON
from tracking.statuses import Status

MAX_KEY = 64
TIERS = (
    (Tier.OWNER, _("the customer, signed in or by code")),
    (Tier.LINK, _("somebody with the link of our letter")),
    (Tier.LOOKUP, _("somebody who knows number and contact")),
)


class MomentInput(forms.DateTimeInput):
    """A day with its time, as browsers ask for it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LookForm(forms.Form):
    """Whose page, of which moment, and why."""

    tier = forms.TypedChoiceField(
        label=_("See the page as"), choices=TIERS, coerce=lambda value: Tier(int(value)), initial=Tier.OWNER
    )
    moment = forms.DateTimeField(
        label=_("As it was on"),
        required=False,
        widget=MomentInput(),
        help_text=_("Leave empty for now. Filled in, only reports that had reached us by then are counted."),
        error_messages={"invalid": _("This is no day with a time. Example: 2026-11-20 14:30.")},
    )
    reason = LineField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_(
            "For example the number of the ticket. It is kept with your name; do not write about the customer."
        ),
        error_messages={"required": _("Say why you look: it is kept on record.")},
    )

    def clean_moment(self) -> Any:
        moment = self.cleaned_data["moment"]
        if moment and moment > timezone.now():
            raise forms.ValidationError(_("This moment has not come yet."))
        return moment


class ReportForm(forms.Form):
    """News that reached somebody of the staff by telephone or letter."""

    parcel = forms.ChoiceField(label=_("About"))
    status = forms.ChoiceField(
        label=_("New status of the parcel"),
        required=False,
        help_text=_("Leave empty for a note that changes no status. Not for wishes: only for what has happened."),
    )
    occurred_at = forms.DateTimeField(
        label=_("When it happened"),
        widget=MomentInput(),
        error_messages={
            "required": _("Say when it happened."),
            "invalid": _("This is no day with a time. Example: 2026-11-20 14:30."),
        },
    )
    text = LineField(
        label=pgettext_lazy("of the staff", "Note"),
        max_length=MAX_REASON,
        help_text=_("The customer reads it. No names, no telephone numbers, nothing that is only for colleagues."),
        error_messages={"required": _("Write what happened.")},
    )
    request_key = forms.CharField(widget=forms.HiddenInput, max_length=MAX_KEY, required=False)

    def __init__(self, *args: Any, order: Order, **kwargs: Any):
        kwargs.setdefault("initial", {"occurred_at": timezone.now(), "request_key": secrets.token_hex(16)})
        super().__init__(*args, **kwargs)
        parcels = [
            (str(shipment.pk), _("Parcel %(number)s") % {"number": f"{shipment.position} {shipment.tracking_number}"})
            for shipment in order.shipments.all()
        ]
        self.fields["parcel"].choices = [*parcels, ("", _("the order as a whole"))]  # type: ignore[attr-defined]  # a ChoiceField, see above
        self.fields["parcel"].required = False
        statuses = [choice for choice in Status.choices if choice[0] != Status.UNKNOWN]
        self.fields["status"].choices = [("", "–"), *statuses]  # type: ignore[attr-defined]  # a ChoiceField, see above

    def clean_occurred_at(self) -> Any:
        moment = self.cleaned_data["occurred_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("This moment has not come yet."))
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("status") and not data.get("parcel"):
            self.add_error("parcel", _("A status belongs to a parcel. Choose one, or leave the status empty."))
        return data


class CorrectionForm(forms.Form):
    """Which report was wrong, and why."""

    event = forms.IntegerField()
    reason = LineField(
        label=_("Why it is wrong"),
        max_length=MAX_REASON,
        error_messages={"required": _("Say why the report is wrong.")},
    )
