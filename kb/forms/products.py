"""What a reader tells the product pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.lib.text import clean_line

if TYPE_CHECKING:
    from kb.models import Product

# Longer than any name with any number; the rest of a pasted page finds nothing anyhow.
MAX_WORDS_CHARACTERS = 200
MAX_CODE_CHARACTERS = 40


class CalendarForm(forms.Form):
    """From which day on the maintenance is counted."""

    # The address says `from`, which Python keeps for itself.
    prefix = None
    start = forms.DateField(
        label=_("Counted from"),
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day you began to use it, or of the last maintenance. Empty: today."),
        error_messages={"invalid": _("This is not a date. Write it like 2026-03-31 or 31/03/2026.")},
    )

    def add_prefix(self, field_name: str) -> str:
        return "from" if field_name == "start" else super().add_prefix(field_name)

    def clean_start(self):
        start = self.cleaned_data["start"]
        # Calendar programs count from 1970; further than the year 2100 no appliance lasts.
        if start and not 1970 <= start.year <= 2100:
            raise forms.ValidationError(_("Choose a day between 1970 and 2100."))
        return start


class PartSearchForm(forms.Form):
    """Reads the address of the parts list. Nothing in it is an error: an unknown product gets a sentence.

    `words` is what to look for, `asked_product` the one asked for, `unknown_code` a code that no product has, `choices`
    what the address of another page of the same list repeats.
    """

    q = forms.CharField(
        label=_("Number or name"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "enterkeyhint": "search"}),
        help_text=_("As it stands on the old part, for example LK-W85-05, or a word such as “filter”."),
    )

    def __init__(self, data: Mapping[str, str], *, products: Sequence[Product]):
        self.words = clean_line(data.get("q", "")[:MAX_WORDS_CHARACTERS])
        code = clean_line(data.get("product", "")[:MAX_CODE_CHARACTERS]).upper()
        self.asked_product = next((product for product in products if product.code == code), None)
        self.unknown_code = "" if self.asked_product else code
        super().__init__({"q": self.words, "product": self.asked_product.code if self.asked_product else ""})
        self.fields["product"] = forms.ChoiceField(
            label=_("Fits"),
            required=False,
            choices=[("", _("Every product")), *((product.code, str(product)) for product in products)],
        )

    @property
    def choices(self) -> dict[str, str]:
        chosen = {"q": self.words, "product": self.asked_product.code if self.asked_product else ""}
        return {name: value for name, value in chosen.items() if value}
