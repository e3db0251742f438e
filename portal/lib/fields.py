"""Form fields for typed text: what is stored is clean, what was typed stays in the form."""

import unicodedata
from typing import Any

from django import forms

from portal.lib.text import clean_line, clean_text


class _KeepsWhatWasTyped(forms.CharField):
    """No `maxlength` in the page: a browser would cut pasted text without a word."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class LineField(_KeepsWhatWasTyped):
    """One line of clean text."""

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")


class ParagraphsField(_KeepsWhatWasTyped):
    """Clean text of several lines."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.Textarea(attrs={"rows": 8}), **kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value) or "")


class LowerEmailField(forms.EmailField):
    """An e-mail address in composed form and lower case."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=254, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFC", super().to_python(value) or "").lower()
