"""The admin's forms for pictures and documents: what cannot be shown safely is refused with a sentence."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from portal.lib.text import clean_line
from portal.lib.uploads import check_document, check_image, without_position

NAME_MAX_LENGTH = 120


class GuardedImageField(WagtailImageField):
    """Wagtail's field opens a picture before it looks at its size and stumbles over a broken one; this one looks first."""

    def to_python(self, data: Any) -> Any:
        if isinstance(data, UploadedFile):
            if data.size == 0:
                raise ValidationError(_("The file is empty."))
            self.check_image_file_size(data)
            check_image(data.name or "", data)
            if (clean := without_position(data.name or "", data)) is not None:
                data = SimpleUploadedFile(data.name or "", clean, data.content_type or "")
        return super().to_python(data)


class _CleanTitle:
    """A title made from a file name loses control characters and signs that turn the direction of reading."""

    cleaned_data: dict[str, Any]

    def clean_title(self) -> str:
        title = clean_line(self.cleaned_data["title"])
        if not title:
            raise ValidationError(_("Give it a title of letters or digits."))
        return title


class GuardedImageForm(_CleanTitle, BaseImageForm):
    """Used for one picture, for many at once and in every chooser."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            wagtails = self.fields["file"]
            self.fields["file"] = GuardedImageField(
                label=wagtails.label, required=wagtails.required, widget=wagtails.widget
            )
        if "description" in self.fields:
            # Wagtail keeps each of many pictures aside until what is required is filled in.
            self.fields["description"].required = True
            self.fields["description"].help_text = _("What a reader who cannot see the picture has to know.")

    def clean_file(self) -> Any:
        return _shortly_named(self.cleaned_data["file"])


class GuardedDocumentForm(_CleanTitle, BaseDocumentForm):
    """Used for one document, for many at once and in every chooser."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_document(file.name or "", file)
        return _shortly_named(file)


def _shortly_named(file: Any) -> Any:
    """Cut the name of a new file, keeping its suffix: storage, zip and download all have to hold it."""
    if isinstance(file, UploadedFile) and file.name:
        stem, dot, suffix = clean_line(file.name).rpartition(".")
        file.name = f"{stem[:NAME_MAX_LENGTH]}{dot}{suffix}"
    return file
