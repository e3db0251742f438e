"""What products and spare parts share: a code for life, one row for each language, drafts, review and preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from portal.lib.text import clean_line, fold

CODE_VALIDATOR = RegexValidator(
    r"^[A-Z0-9][A-Z0-9-]*$", _("Use capital letters, digits and hyphens only, such as NM-W85.")
)
MAX_SEARCH_CHARACTERS = 500
MAX_SEARCHED_WORDS = 10

if TYPE_CHECKING:
    Reads = Any
else:
    # A mixin for querysets that is none itself: each model's own one says whose rows it gives.
    Reads = object


class CodeField(models.CharField):
    """A code as it is printed: small letters become capital ones, spaces around it go."""

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("validators", [CODE_VALIDATOR])
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_line(value).upper() if isinstance(value, str) else value


class CatalogueReads(Reads):
    """Reads of the catalogue; readers get `live()` ones only."""

    def in_language(self, code: str) -> Self:
        """Keep what is described in the language `code`."""
        return self.filter(locale__language_code=code)

    def live(self) -> Self:
        """Leave out drafts."""
        return self.filter(live=True)

    def matching(self, typed: str) -> Self:
        """Keep what holds every word of `typed`, each whole or in part, with or without its marks."""
        found = self
        for word in fold(clean_line(typed)).split()[:MAX_SEARCHED_WORDS]:
            found = found.with_word(word)
        return found

    def with_word(self, word: str) -> Self:
        """Keep what holds the folded `word`."""
        return self.filter(search_text__contains=word)


class CatalogueEntry(
    TranslatableMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    ClusterableModel,
):
    """Something with a code, described once for each language; the code is the same in all of them."""

    # (field, sentence) pairs: what no two entries of one language may share.
    unique_in_language: ClassVar[tuple[tuple[str, Any], ...]] = ()

    # Folded name and code: a database compares "máy" and "may" as different, and so would the admin's search.
    search_text = models.CharField(max_length=MAX_SEARCH_CHARACTERS, editable=False, default="")

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def searchable_words(self) -> str:
        """Return the words by which the entry is found."""
        raise NotImplementedError

    def get_absolute_url(self) -> str:
        """Return the path at which readers find the entry, in its own language."""
        raise NotImplementedError

    def get_full_url(self) -> str | None:
        return f"{settings.SITE_URL}{self.get_absolute_url()}"

    # Wagtail's preview takes the language and the host of the page from here.
    full_url = property(get_full_url)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(clean_line(self.searchable_words()))[:MAX_SEARCH_CHARACTERS]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        # The language is no field of the form, so Django leaves the constraints that name it to the database.
        others = type(self)._default_manager.filter(locale_id=self.locale_id).exclude(pk=self.pk)
        errors = {
            name: ValidationError(sentence, code="unique")
            for name, sentence in self.unique_in_language
            if getattr(self, name) and others.filter(**{name: getattr(self, name)}).exists()
        }
        if errors:
            raise ValidationError(errors)
