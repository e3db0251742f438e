"""The forms of the preferences page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization import registry
from personalization.consents import PURPOSES
from personalization.models import SERIAL_LENGTH
from personalization.preferences import (
    CHANNEL_LABELS,
    DENSITY_LABELS,
    LANGUAGE_LABELS,
    ORDER_LETTER_LABELS,
    PERSONALIZATION,
    TEXT_SIZE_LABELS,
    THEME_LABELS,
    OwnedItem,
    Preferences,
)
from personalization.selectors import arranged
from personalization.services import MAX_OWNED_PRODUCTS

BLANK_PRODUCT_ROWS = 2
# Older appliances than any we sold: a date before is a slip of the keyboard.
OLDEST_PURCHASE = date(2000, 1, 1)
# What is printed on the type plates of our appliances; everything else is a slip or an attempt.
SERIAL_NUMBER = RegexValidator(
    re.compile(r"^[A-Z0-9][A-Z0-9 ./_-]*\Z"),
    gettext_lazy("A serial number has only letters A–Z, digits, spaces and the signs . / _ -"),
)


class SerialNumberField(forms.CharField):
    """A serial number as printed, in capitals; pasted decomposed Unicode is composed first."""

    default_validators = [SERIAL_NUMBER]

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFC", super().to_python(value) or "").upper()


class ModuleFields:
    """The two fields of one module on the page, for the template."""

    def __init__(self, form: PreferencesForm, module: registry.Module):
        self.title = module.title
        self.is_personal = module.is_personal
        self.pinned = form[f"pinned-{module.key}"]
        self.position = form[f"position-{module.key}"]
        self.hidden = form[f"hidden-{module.key}"]


class PreferencesForm(forms.Form):
    """Everything but the owned products. `consent` is asked only while it is not given."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the pages"), required=False, widget=forms.RadioSelect, choices=()
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"),
        widget=forms.RadioSelect,
        choices=list(THEME_LABELS.items()),
    )
    text_size = forms.ChoiceField(
        label=gettext_lazy("Text size"),
        widget=forms.RadioSelect,
        choices=list(TEXT_SIZE_LABELS.items()),
    )
    density = forms.ChoiceField(
        label=gettext_lazy("Spacing"),
        widget=forms.RadioSelect,
        choices=list(DENSITY_LABELS.items()),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How we should answer you"),
        required=False,
        widget=forms.RadioSelect,
        choices=list(CHANNEL_LABELS.items()),
        help_text=gettext_lazy(
            "The people who answer you see this. We only call if you leave a number with your question."
        ),
    )
    order_letters = forms.ChoiceField(
        label=gettext_lazy("Letters about your orders"),
        required=False,
        widget=forms.RadioSelect,
        choices=list(ORDER_LETTER_LABELS.items()),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics that interest you"), required=False, widget=forms.CheckboxSelectMultiple
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Yes, arrange my pages for me"),
        help_text=PURPOSES[PERSONALIZATION].wording,  # type: ignore[arg-type]  # a Promise of ours is one of theirs
        error_messages={
            "required": gettext_lazy("We store your choices only if you agree. Please tick the box, then save.")
        },
    )

    def __init__(self, *args: Any, stored: Preferences, language: str, is_signed_in: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._stored = stored
        if not is_signed_in:
            # A guest has no orders and no address of ours to write to.
            del self.fields["order_letters"]
        _choice_field(self, "language").choices = [("", _("Same as my browser")), *LANGUAGE_LABELS.items()]
        _choice_field(self, "topics").choices = [
            (choice.code, choice.label) for choice in registry.choices("topics", language)
        ]
        self._modules = arranged(registry.modules("home"), stored.module_order, stored.pinned_modules)
        for place, module in enumerate(self._modules, start=1):
            self.fields[f"position-{module.key}"] = forms.IntegerField(
                label=_("Place"), min_value=1, max_value=99, initial=place
            )
            self.fields[f"pinned-{module.key}"] = forms.BooleanField(
                label=_("Pin"), required=False, initial=module.key in stored.pinned_modules
            )
            self.fields[f"hidden-{module.key}"] = forms.BooleanField(
                label=_("Hide"), required=False, initial=module.key in stored.hidden_modules
            )
        if stored.hidden_aimed:
            self.fields["restore_aimed"] = forms.BooleanField(
                label=_("Show me again what was written for customers like me and I put away"), required=False
            )
        if stored.allows_personalization:
            del self.fields["consent"]

    @property
    def modules(self) -> list[ModuleFields]:
        return [ModuleFields(self, module) for module in self._modules]

    @property
    def has_topics(self) -> bool:
        return bool(_choice_field(self, "topics").choices)

    def preferences(self, owned: tuple[OwnedItem, ...]) -> Preferences:
        """Return the valid form, with the owned products of the formset, as preferences with consent given."""
        data = self.cleaned_data
        by_place = sorted(self._modules, key=lambda module: data[f"position-{module.key}"])
        order = tuple(module.key for module in by_place)
        default_order = tuple(module.key for module in registry.modules("home"))
        hidden = frozenset(module.key for module in self._modules if data[f"hidden-{module.key}"])
        restored = self._stored.hidden_aimed if data.get("restore_aimed") else frozenset()
        return replace(
            self._stored,
            topics=tuple(data["topics"]),
            owned=owned,
            language=data["language"],
            theme=data["theme"],
            text_size=data["text_size"],
            density=data["density"],
            channel=data["channel"],
            order_letters=data.get("order_letters", self._stored.order_letters),
            pinned_modules=tuple(key for key in order if data[f"pinned-{key}"] and key not in hidden),
            # Who keeps the default order goes on following it when it changes.
            module_order=order if order != default_order else (),
            # What is hidden elsewhere than on the home page is not asked here, and stays.
            hidden_modules=hidden | (self._stored.hidden_modules - set(order) - restored),
            consents=self._stored.consents | {PERSONALIZATION},
        )


class OwnedProductForm(forms.Form):
    """One appliance; an empty row is skipped."""

    product_code = forms.ChoiceField(label=gettext_lazy("Which product"), required=False)
    serial_number = SerialNumberField(
        label=gettext_lazy("Serial number"),
        required=False,
        max_length=SERIAL_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    purchased_on = forms.DateField(
        label=gettext_lazy("Bought on"),
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, product_choices: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        _choice_field(self, "product_code").choices = [("", _("— choose —")), *product_choices]

    def clean_purchased_on(self) -> date | None:
        purchased_on = self.cleaned_data["purchased_on"]
        if purchased_on and purchased_on > timezone.localdate():
            raise ValidationError(_("The day of purchase cannot be in the future."), code="future")
        if purchased_on and purchased_on < OLDEST_PURCHASE:
            raise ValidationError(_("Please check the year of purchase."), code="too_old")
        return purchased_on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_details = data.get("serial_number") or data.get("purchased_on")
        if has_details and not data.get("product_code") and "product_code" not in self.errors:
            self.add_error("product_code", _("Please choose which product this is, or empty the row."))
        return data

    def item(self) -> OwnedItem | None:
        """Return the row as a value; None for an empty one."""
        data = self.cleaned_data
        if not data.get("product_code"):
            return None
        return OwnedItem(data["product_code"], data["serial_number"], data["purchased_on"])


class BaseOwnedProductFormSet(forms.BaseFormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        # "Delete" alone says neither what goes nor that nothing happens before saving.
        form.fields["DELETE"].label = _("Remove this product when saving")

    def clean(self) -> None:
        super().clean()
        seen: set[tuple[str, str]] = set()
        for form, item in self._kept_rows():
            key = (item.product_code, item.serial_number)
            if key in seen:
                form.add_error("serial_number", _("This product is listed twice. Give each its own serial number."))
            seen.add(key)

    def items(self) -> tuple[OwnedItem, ...]:
        """Return the rows of a valid formset, without the empty and the removed ones."""
        return tuple(item for _form, item in self._kept_rows())

    def _kept_rows(self) -> Iterator[tuple[OwnedProductForm, OwnedItem]]:
        for form in self.forms:
            if not form.is_valid() or form in self.deleted_forms:
                continue
            item = form.item()
            if item:
                yield form, item


OwnedProductFormSet = forms.formset_factory(
    OwnedProductForm,
    formset=BaseOwnedProductFormSet,
    extra=BLANK_PRODUCT_ROWS,
    max_num=MAX_OWNED_PRODUCTS,
    # Rows beyond the cap are read, so that they can be counted and named; beyond twice that is no honest form.
    absolute_max=2 * MAX_OWNED_PRODUCTS,
    validate_max=True,
    can_delete=True,
)


@dataclass(frozen=True)
class PreferencesPage:
    """The two forms of the page together: valid or refused as one."""

    form: PreferencesForm
    products: BaseOwnedProductFormSet

    @classmethod
    def build(
        cls,
        stored: Preferences,
        language: str,
        *,
        is_signed_in: bool,
        data: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> PreferencesPage:
        form = PreferencesForm(
            data,
            stored=stored,
            language=language,
            is_signed_in=is_signed_in,
            initial={
                "topics": stored.topics,
                "language": stored.language,
                "theme": stored.theme,
                "text_size": stored.text_size,
                "density": stored.density,
                "channel": stored.channel,
                "order_letters": stored.order_letters,
                **(initial or {}),
            },
        )
        products = OwnedProductFormSet(
            data,
            prefix="products",
            # A row that was sent is read for what it says, even if it says what is stored already.
            initial=[product_row(item) for item in stored.owned] if data is None else None,
            form_kwargs={"product_choices": product_choices(stored, language)},
        )
        return cls(form, cast("BaseOwnedProductFormSet", products))

    def is_valid(self) -> bool:
        form_is_valid = self.form.is_valid()  # both are asked, so that all errors are shown at once
        return self.products.is_valid() and form_is_valid

    def preferences(self) -> Preferences:
        return self.form.preferences(self.products.items())


def _choice_field(form: forms.Form, name: str) -> forms.ChoiceField:
    return cast("forms.ChoiceField", form.fields[name])


def product_row(item: OwnedItem) -> dict[str, Any]:
    return {
        "product_code": item.product_code,
        "serial_number": item.serial_number,
        "purchased_on": item.purchased_on,
    }


def product_choices(stored: Preferences, language: str) -> list[tuple[str, str]]:
    offered = [(choice.code, str(choice.label)) for choice in registry.choices("products", language)]
    known = {code for code, _label in offered}
    # An appliance that left the catalogue is still owned.
    return [*offered, *((code, code) for code in stored.owned_products if code not in known)]
