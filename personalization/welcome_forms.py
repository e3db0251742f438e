"""The forms of the three welcome pages; their fields are those of the preferences page."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization import registry
from personalization.consents import PURPOSES
from personalization.forms import (
    BaseOwnedProductFormSet,
    OwnedProductFormSet,
    PreferencesForm,
    product_choices,
    product_row,
)
from personalization.preferences import CHANNELS, DIGEST, LANGUAGE_LABELS, ORDER_LETTERS, PERSONALIZATION, Preferences


class TopicsForm(forms.Form):
    """Step one: what concerns the visitor."""

    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics that interest you"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, stored: Preferences, language: str, **_others: object):
        super().__init__(data, initial={"topics": stored.topics})
        field = cast("forms.MultipleChoiceField", self.fields["topics"])
        field.choices = [(choice.code, choice.label) for choice in registry.choices("topics", language)]

    def answers(self) -> dict[str, Any]:
        """Return what the valid form says, as fields of `Preferences`."""
        return {"topics": tuple(self.cleaned_data["topics"])}


class ProductsForm:
    """Step two: the appliances, as rows."""

    def __init__(self, data: Any, *, stored: Preferences, language: str, **_others: object):
        self.rows = cast(
            "BaseOwnedProductFormSet",
            OwnedProductFormSet(
                data,
                prefix="products",
                initial=[product_row(item) for item in stored.owned] if data is None else None,
                form_kwargs={"product_choices": product_choices(stored, language)},
            ),
        )

    def is_valid(self) -> bool:
        return self.rows.is_valid()

    def answers(self) -> dict[str, Any]:
        """Return what the valid rows say, as fields of `Preferences`."""
        return {"owned": self.rows.items()}


class ReachForm(forms.Form):
    """Step three: how to reach the visitor, and the consent without which nothing of the three steps is stored."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the pages"), required=False, widget=forms.RadioSelect, choices=()
    )
    channel = PreferencesForm.base_fields["channel"]
    order_letters = PreferencesForm.base_fields["order_letters"]
    digest = forms.BooleanField(
        label=gettext_lazy("Yes, send me the weekly letter"),
        required=False,
        help_text=PURPOSES[DIGEST].wording,  # type: ignore[arg-type]  # a Promise of ours is one of theirs
    )
    consent = PreferencesForm.base_fields["consent"]

    def __init__(
        self,
        data: Any,
        *,
        stored: Preferences,
        is_signed_in: bool,
        earlier: dict[str, Any] | None = None,
        **_others: object,
    ):
        super().__init__(
            data,
            initial={
                "language": stored.language,
                "channel": stored.channel,
                "order_letters": stored.order_letters,
                "digest": DIGEST in stored.consents,
            },
        )
        self._stored = stored
        self._earlier = earlier or {}
        languages = cast("forms.ChoiceField", self.fields["language"])
        languages.choices = [("", _("Same as my browser")), *LANGUAGE_LABELS.items()]
        if not is_signed_in:
            # A guest has no orders and no address of ours to write to.
            del self.fields["order_letters"], self.fields["digest"]
        elif DIGEST in stored.consents:
            # Decided already; the preferences page takes it back.
            del self.fields["digest"]
        if stored.allows_personalization:
            del self.fields["consent"]
        else:
            # Who chose nothing need not agree to anything: `clean` asks for it when there is something to store.
            self.fields["consent"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "consent" in self.fields and self.says_anything and not data.get("consent"):
            self.add_error("consent", self.fields["consent"].error_messages["required"])
        return data

    @property
    def says_anything(self) -> bool:
        """Whether the three steps together hold something worth storing."""
        data = self.cleaned_data
        here = any(data.get(name) for name in ("language", "channel", "order_letters", "digest", "consent"))
        return here or any(self._earlier.values())

    def answers(self) -> dict[str, Any]:
        """Return what the valid form says, as fields of `Preferences`."""
        data = self.cleaned_data
        return {
            "language": data["language"] if data["language"] in LANGUAGE_LABELS else "",
            "channel": data["channel"] if data["channel"] in CHANNELS else "",
            **({"order_letters": data["order_letters"]} if data.get("order_letters") in ORDER_LETTERS else {}),
            "consents": self._stored.consents | {PERSONALIZATION} | ({DIGEST} if data.get("digest") else set()),
        }
