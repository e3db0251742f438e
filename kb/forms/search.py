"""The search form: forgiving, because an address is typed and shared by people."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kb.models.articles import ARTICLE_TYPES
from kb.search.analyzers import normalize

# Far above what search reads; beyond it even showing the text again costs more than it helps.
MAX_SHOWN_CHARACTERS = 20_000


class SearchForm(forms.Form):
    """Reads the query string of the results page. Nothing in it is an error: what makes no sense is left out."""

    q = forms.CharField(label=_("What do you need help with?"), required=False)
    category = forms.CharField(required=False)
    type = forms.CharField(required=False)
    product = forms.CharField(required=False)
    page = forms.CharField(required=False)
    verbatim = forms.BooleanField(required=False)

    def __init__(self, data: dict[str, str]) -> None:
        # Before the fields see it: a NUL is no reason to refuse a search.
        super().__init__({name: normalize(value[:MAX_SHOWN_CHARACTERS]) for name, value in data.items()})

    def clean_type(self) -> str:
        kind = self.cleaned_data["type"]
        return kind if kind in ARTICLE_TYPES.values() else ""

    @property
    def filters(self) -> dict[str, str]:
        """Return the filters in use."""
        return {name: self.cleaned_data[name] for name in ("category", "type", "product") if self.cleaned_data[name]}

    def clean_page(self) -> int:
        page = self.cleaned_data["page"]
        return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 8 else 1


class ClickForm(forms.Form):
    """What a script tells of an opened result. `article` is missing for a promoted address."""

    search = forms.CharField(max_length=1_000)
    position = forms.IntegerField(min_value=0, max_value=1_000_000)
    article = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
