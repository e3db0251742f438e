"""What a reader sends about an article. What was typed stays in the form, whatever is wrong with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kb.models import VoteReason
from kb.models.feedback import COMMENT_MAX_LENGTH, QUERY_MAX_LENGTH
from portal.lib.fields import LowerEmailField, ParagraphsField
from portal.lib.text import clean_line

YES, NO = "yes", "no"
# An address of our results page is far shorter; what is longer was made up.
MAX_ADDRESS_LENGTH = 2000


class TrapField(forms.CharField):
    """A field that people never see; robots fill it in."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Leave this field empty"),
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        )

    def clean(self, value: Any) -> str:
        if super().clean(value):
            raise forms.ValidationError(_("Please leave the hidden field empty; it is a trap for robots."))
        return ""


class VoteForm(forms.Form):
    """The answer to "Did this help?", with what the page knows of the way there.

    `came_from` is filled in by the page's script: the address that led to the article. Only the words searched for
    are taken from it.
    """

    helpful = forms.ChoiceField(
        choices=[(YES, _("Yes")), (NO, _("No"))],
        error_messages={
            "required": _("Choose “Yes” or “No”."),
            "invalid_choice": _("Choose “Yes” or “No”."),
        },
    )
    # 18 digits stay within a database's integer; more is somebody playing.
    revision = forms.RegexField(r"^[0-9]{1,18}$", required=False)
    came_from = forms.CharField(required=False)
    website = TrapField()

    @property
    def revision_id(self) -> int | None:
        """Return the revision that the reader saw; None when the form does not say."""
        number = self.cleaned_data.get("revision")
        return int(number) if number else None

    @property
    def query(self) -> str:
        """Return the words of the search that led here, or nothing."""
        return query_in(self.cleaned_data.get("came_from", ""))


class DetailsForm(forms.Form):
    """Why it did not help, in the reader's words, and whom to tell when it is mended; nothing of it is required."""

    reason = forms.ChoiceField(
        label=_("What was the matter?"),
        choices=VoteReason,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the reasons of the list.")},
    )
    comment = ParagraphsField(
        label=_("What should we change?"),
        required=False,
        max_length=COMMENT_MAX_LENGTH,
        help_text=_("At most 500 characters. No names or order numbers, please; we cannot answer here."),
        error_messages={"max_length": _("At most %(limit_value)d characters; this has %(show_value)d.")},
    )
    email = LowerEmailField(
        label=_("Tell me when it is corrected"),
        required=False,
        help_text=_("Your e-mail address. You get one letter when the article changes; then we forget the address."),
        error_messages={
            "invalid": _("This is not an e-mail address. Example: ten@example.com."),
            "max_length": _("At most %(limit_value)d characters; this has %(show_value)d."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = TrapField()

    def __init__(self, *args: Any, is_helpful: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["comment"].widget.attrs["rows"] = 4
        if is_helpful:
            del self.fields["reason"], self.fields["email"]
            self.fields["comment"].label = _("What could be better still?")


def query_in(address: str) -> str:
    """Return the words searched for in the address of a results page, cleaned; nothing for any other address."""
    try:
        parts = urlsplit(address[:MAX_ADDRESS_LENGTH])
    except ValueError:
        return ""
    if not parts.path.endswith("/search/"):
        return ""
    words = QueryDict(parts.query).get("q", "")
    return clean_line(words)[:QUERY_MAX_LENGTH]
