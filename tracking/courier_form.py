"""What a caller claims; any part may be empty, but not all."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lib.fields import LineField
from tracking.courier_check import FEWEST_DIGITS, Claim

TOO_LONG = gettext_lazy("At most %(limit_value)d characters; this has %(show_value)d.")
# "1.250.000", "1,250,000", "1 250 000", "1250000", with a sign of the currency behind it.
_GROUPED = re.compile(r"(\d{1,3}(?:([.,\s])\d{3})(?:\2\d{3})*|\d{1,12})\s*(?:đ|₫|d|vnd|vnđ|đồng|dong)?", re.IGNORECASE)


class CourierCheckForm(forms.Form):
    """The claim, whole: the answer is to all of it at once."""

    waybill = LineField(
        label=gettext_lazy("The last digits of the number on the parcel"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Ask the caller to read them to you, at least four. Do not read them out yourself."),
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    amount = LineField(
        label=gettext_lazy("How much you are to pay"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("In đồng, for example 1.250.000."),
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    account = LineField(
        label=gettext_lazy("The account or wallet you are to pay into"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("If the caller wants a transfer."),
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_amount(self) -> int | None:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["amount"])
        if not typed:
            return None
        found = _GROUPED.fullmatch(typed)
        if found is None:
            raise forms.ValidationError(_("Write the whole amount in digits, for example 1.250.000."))
        return int(re.sub(r"\D", "", found[1]))

    def clean_waybill(self) -> str:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["waybill"])
        if typed and sum(character.isalnum() for character in typed) < FEWEST_DIGITS:
            raise forms.ValidationError(_("At least four digits: fewer could be guessed."))
        return typed

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and data.get("amount") is None and not data.get("account") and not data.get("waybill"):
            raise forms.ValidationError(_("Write down at least one thing that the caller said."))
        return data

    @property
    def claim(self) -> Claim:
        data = self.cleaned_data
        return Claim(amount=data["amount"], account=data["account"], waybill=data["waybill"])
