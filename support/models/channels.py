"""The ways to reach a person, as the contact page and the foot of every page show them."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)

from portal.lib.phones import phone_link, phone_text
from portal.lib.text import clean_line

ICONS = {"phone": "phone", "email": "mail", "zalo": "message", "address": "pin", "form": "message"}
# A link leads customers out of the site: only to where the shop's own accounts are.
ZALO_HOSTS = frozenset({"zalo.me", "chat.zalo.me", "oa.zalo.me"})


class ChannelKind(models.TextChoices):
    """What a channel is, and with it what its value must look like."""

    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    ZALO = "zalo", "Zalo"  # a name
    ADDRESS = "address", _("Address")
    FORM = "form", _("Contact form")


class ContactChannel(
    TranslatableMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    Orderable,
):
    """One way to reach a person, for the readers of one language; a draft is switched off."""

    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind)
    label = models.CharField(
        _("label"), max_length=60, help_text=_("What it is for, such as “Repairs”. Not the number itself.")
    )
    value = models.CharField(
        _("number, address or link"),
        max_length=200,
        blank=True,
        help_text=_(
            "A telephone number, an e-mail address, a https link to Zalo, a postal address. Empty for the form."
        ),
    )
    hours = models.CharField(
        _("hours"), max_length=80, blank=True, help_text=_("When somebody answers. Empty where that does not matter.")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("contact channel")
        verbose_name_plural = _("contact channels")

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        self.value = clean_line(self.value)
        check = _CHECKS.get(ChannelKind(self.kind)) if self.kind in ChannelKind.values else None
        if check is not None:
            try:
                self.value = check(self.value)
            except ValidationError as error:
                raise ValidationError({"value": error}) from error

    @property
    def icon(self) -> str:
        """Return the name of its picture in the sprite."""
        return ICONS[self.kind]

    @property
    def link(self) -> str:
        """Return where a click leads; empty for an address."""
        if self.kind == ChannelKind.PHONE:
            return phone_link(PhoneNumber.from_string(self.value))
        if self.kind == ChannelKind.EMAIL:
            return f"mailto:{self.value}"
        if self.kind == ChannelKind.FORM:
            with override(self.locale.language_code):
                return reverse("contact")
        return self.value if self.kind == ChannelKind.ZALO else ""

    @property
    def text(self) -> str:
        """Return what a person reads, copies or dials; empty for the form, whose label says it all."""
        if self.kind == ChannelKind.PHONE:
            return phone_text(PhoneNumber.from_string(self.value))
        return self.value.removeprefix("https://")

    def get_full_url(self) -> str:
        with override(self.locale.language_code):
            return f"{settings.SITE_URL}{reverse('contact')}"

    # Wagtail's preview takes language and host of the page from here.
    full_url = property(get_full_url)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "support/channel_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, object]:
        return {"channels": [self]}


def _phone(value: str) -> str:
    try:
        number = PhoneNumber.from_string(value, region=settings.PHONENUMBER_DEFAULT_REGION)
    except NumberParseException:
        number = None
    if number is None or not number.is_valid():
        raise ValidationError(_("This is no telephone number. Write it like 1900 0000 or 0912 345 678."))
    return str(number.as_e164)


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        raise ValidationError(_("This is no e-mail address. Write it like ho-tro@example.com.")) from None
    return value.lower()


def _zalo(value: str) -> str:
    try:
        address = urlsplit(value)
    except ValueError:
        address = urlsplit("")
    if address.scheme != "https" or address.netloc not in ZALO_HOSTS or not address.path.strip("/"):
        raise ValidationError(_("Only links to Zalo are taken. Write it like https://zalo.me/0912345678."))
    return value


def _address(value: str) -> str:
    if not value:
        raise ValidationError(_("Write the address."))
    return value


def _form(value: str) -> str:
    if value:
        raise ValidationError(_("Leave this empty: the form of this site is meant."))
    return value


_CHECKS = {
    ChannelKind.PHONE: _phone,
    ChannelKind.EMAIL: _email,
    ChannelKind.ZALO: _zalo,
    ChannelKind.ADDRESS: _address,
    ChannelKind.FORM: _form,
}
