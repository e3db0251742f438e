"""What a customer wants to send back: one part for each line of the order, and what they want for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lib.fields import LineField
from tracking.aftersales.returning import Choice
from tracking.aftersales.states import Condition, Remedy, ReturnReason
from tracking.selectors.returns import ReturnOption


class ReturnLineForm(forms.Form):
    """How many pieces of one line go back, why, and how they are; no number means: keep it."""

    quantity = forms.IntegerField(
        label=gettext_lazy("How many go back"),
        min_value=0,
        required=False,
        error_messages={
            "invalid": gettext_lazy("Enter a whole number."),
            "min_value": gettext_lazy("Enter a number that is not negative."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=ReturnReason.choices)
    condition = forms.ChoiceField(label=gettext_lazy("How it is now"), choices=Condition.choices)

    def __init__(self, data: Mapping[str, Any] | None, option: ReturnOption):
        self.option = option
        super().__init__(data, prefix=f"line{option.line_id}", initial={"quantity": 0})
        self.fields["quantity"].widget.attrs["max"] = option.eligibility.returnable

    @property
    def choice(self) -> Choice | None:
        """Return what is wanted of this line; None when nothing is."""
        quantity = self.cleaned_data.get("quantity")
        if not quantity:
            return None
        data = self.cleaned_data
        return Choice(self.option.line_id, quantity, ReturnReason(data["reason"]), Condition(data["condition"]))


class ReturnForm(forms.Form):
    """The whole request. `lines` holds the parts of those lines that may go back."""

    remedy = forms.ChoiceField(
        label=gettext_lazy("What you want"), choices=Remedy.choices, initial=Remedy.REFUND, widget=forms.RadioSelect
    )
    comment = LineField(
        label=gettext_lazy("Anything we should know"),
        max_length=1000,
        required=False,
        error_messages={"max_length": gettext_lazy("At most %(limit_value)d characters; this has %(show_value)d.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # Any text will do: it only tells one request from another, so that a double click makes one.
    request_key = LineField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, options: Sequence[ReturnOption], initial: dict | None = None
    ):
        super().__init__(data, initial=initial)
        self.lines = [ReturnLineForm(data, option) for option in options if option.eligibility.is_allowed]

    def is_valid(self) -> bool:
        are_valid = [line.is_valid() for line in self.lines]
        if not super().is_valid() or not all(are_valid):
            return False
        if not self.choices:
            self.add_error(None, _("Say for at least one article how many go back."))
            return False
        return True

    @property
    def choices(self) -> list[Choice]:
        return [choice for line in self.lines if (choice := line.choice)]

    def take(self, problems: Mapping[int, str]) -> None:
        """Put what the rules say beside the lines that it is about."""
        by_line = {line.option.line_id: line for line in self.lines}
        for line_id, sentence in problems.items():
            line = by_line.get(line_id)
            if line:
                line.add_error("quantity", sentence)
            else:
                self.add_error(None, sentence)
