"""What a guest types to see an order."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.lib.fields import LineField, LowerEmailField
from tracking.access.secrets import CODE_DIGITS
from tracking.contacts import normalise_contact
from tracking.services.serials import serial_key


class OrderLookupForm(forms.Form):
    """Order number and contact. Its errors speak about what was typed, never about what exists."""

    number = LineField(
        label=_("Order number"),
        max_length=64,
        help_text=_("In the letter or message that confirms your order, for example NM-10001."),
        error_messages={
            "required": _("Enter your order number."),
            "max_length": _("An order number has at most %(limit_value)d characters; this has %(show_value)d."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    contact = LineField(
        label=_("E-mail address or phone number of the order"),
        max_length=254,
        help_text=_("The one you gave when you ordered."),
        error_messages={
            "required": _("Enter the e-mail address or phone number of the order."),
            "max_length": _("An e-mail address has at most %(limit_value)d characters; this has %(show_value)d."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )

    def clean_contact(self) -> str:
        contact = self.cleaned_data["contact"]
        if normalise_contact(contact) is None:
            raise forms.ValidationError(
                _("This is neither an e-mail address nor a phone number. Examples: ten@example.com, 0912 345 678.")
            )
        return contact


class CodeForm(forms.Form):
    """The one-time code of a letter; spaces and full-width digits are forgiven."""

    code = LineField(
        label=_("Code"),
        max_length=32,
        error_messages={
            "required": _("Type the six digits of the letter."),
            "max_length": _("The code has six digits; this has %(show_value)d characters."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "size": "10"}
        ),
    )

    def clean_code(self) -> str:
        digits = "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split()).replace("-", "")
        if len(digits) != CODE_DIGITS or not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError(_("The code has six digits, for example 123456."))
        return digits


class RevokeForm(forms.Form):
    """Which link to take back; none means all."""

    link = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class AddressForm(forms.Form):
    """Where the order should go instead."""

    address = LineField(
        label=_("New delivery address"),
        max_length=300,
        help_text=_("House number and street, ward, province. Separate the parts with commas."),
        error_messages={
            "required": _("Enter the address."),
            "max_length": _("An address has at most %(limit_value)d characters; this has %(show_value)d."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )


class RegistrationForm(forms.Form):
    """An appliance bought elsewhere: model and serial number."""

    product_code = LineField(
        label=_("Model"),
        max_length=40,
        help_text=_("On the label of the appliance, for example NM-R9."),
        error_messages={"required": _("Enter the model.")},
    )
    serial_number = LineField(
        label=_("Serial number"),
        max_length=40,
        help_text=_("On the same label, after S/N. We never tell whether a number exists or whose it is."),
        error_messages={"required": _("Enter the serial number.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_serial_number(self) -> str:
        serial = self.cleaned_data["serial_number"]
        if not serial_key(serial):
            raise forms.ValidationError(_("A serial number is made of letters and digits."))
        return serial


class ClaimForm(forms.Form):
    """What is wrong; `request_key` makes one claim of a form that is sent twice."""

    fault = forms.CharField(
        label=_("What is wrong"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "5"}),
        error_messages={"required": _("Say what is wrong.")},
    )
    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SubscribeForm(forms.Form):
    """The mailbox that wants to hear of the order."""

    email = LowerEmailField(
        label=_("E-mail address"),
        help_text=_("It first gets a letter with a button; only then do we write to it."),
        error_messages={
            "required": _("Enter the e-mail address."),
            "invalid": _("This is not an e-mail address. Example: ten@example.com."),
            "max_length": _("An e-mail address has at most %(limit_value)d characters; this has %(show_value)d."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
