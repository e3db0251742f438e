"""What a customer and an agent type. What was typed stays in the form, whatever is wrong with it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from portal.lib.fields import LineField, LowerEmailField, ParagraphsField
from support.models import TicketStatus

# Longer than any letter that people wrote to us; room for a pasted error log.
MAX_BODY_LENGTH = 20_000
MAX_SUBJECT_LENGTH = 200
TOO_LONG = _("At most %(limit_value)d characters; this has %(show_value)d.")


class ContactForm(forms.Form):
    """A question for a person. `website` is a trap for robots: people never see it."""

    name = LineField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Tell us your name."), "max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = LowerEmailField(
        label=_("Your e-mail address"),
        help_text=_("We reply to this address."),
        error_messages={
            "required": _("Enter your e-mail address: that is where we answer."),
            "invalid": _("This is not an e-mail address. Example: ten@example.com."),
            "max_length": TOO_LONG,
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneNumberField(
        label=_("Phone number"),
        region="VN",
        required=False,
        help_text=_("If you would rather be called back."),
        error_messages={"invalid": _("This is not a phone number. Example: 0912 345 678.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    order_reference = LineField(
        label=_("Order number"),
        max_length=64,
        required=False,
        help_text=_("If it is about an order."),
        error_messages={"max_length": TOO_LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    subject = LineField(
        label=_("What is it about?"),
        max_length=MAX_SUBJECT_LENGTH,
        error_messages={"required": _("Say in a few words what it is about."), "max_length": TOO_LONG},
    )
    body = ParagraphsField(
        label=_("Your question"),
        max_length=MAX_BODY_LENGTH,
        help_text=_(
            "What happened, with which product, and what have you tried? Never send passwords or card numbers."
        ),
        error_messages={"required": _("Write your question."), "max_length": TOO_LONG},
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    article = LineField(required=False, max_length=120, widget=forms.HiddenInput)
    search_query = LineField(required=False, widget=forms.HiddenInput)
    # Any text will do: it only tells one sending from another.
    token = LineField(required=False, widget=forms.HiddenInput)
    # Set once articles were suggested: then the next sending goes through.
    suggested = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_search_query(self) -> str:
        # What somebody searched for is a hint, not worth an error.
        return str(self.cleaned_data["search_query"][:500])

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Please leave the hidden field empty; it is a trap for robots."))
        return ""


class FollowUpForm(forms.Form):
    """A further message of the customer about their ticket."""

    body = ParagraphsField(
        label=_("Add something"),
        max_length=MAX_BODY_LENGTH,
        error_messages={"required": _("Write your message."), "max_length": TOO_LONG},
    )


class AgentMessageForm(forms.Form):
    """An agent's answer or note."""

    body = ParagraphsField(
        label=_("Your text"),
        max_length=MAX_BODY_LENGTH,
        error_messages={"required": _("Write a text."), "max_length": TOO_LONG},
    )


class StatusForm(forms.Form):
    """An agent's decision where a ticket stands."""

    status = forms.ChoiceField(label=_("Status"), choices=TicketStatus.choices)
