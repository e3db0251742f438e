"""What a reader tells the product pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
