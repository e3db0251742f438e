"""Files to take along."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from kb.blocks import previews
from kb.blocks.choosers import DocumentChoice


class DownloadValue(blocks.StructValue):
    """A document as it is offered."""

    @property
    def name(self) -> str:
        """Return the name readers see: the one given here, else the document's own."""
        return self.get("title") or self["document"].title

    @property
    def size_bytes(self) -> int | None:
        """Return how much there is to load; None when the file is gone. Asks the disk only where the row does not know."""
        document = self["document"]
        try:
            return document.file_size if document.file_size is not None else document.file.size
        except OSError:
            return None

    @property
    def language_name(self) -> str:
        """Return the language of the document in the reader's own, "" when it is the page's."""
        return str(dict(settings.LANGUAGES).get(self.get("language") or "", ""))


class DownloadBlock(blocks.StructBlock):
    """A document with its type and size."""

    document = DocumentChoice(label=_("document"))
    title = blocks.CharBlock(
        label=_("name"), required=False, max_length=160, help_text=_("Empty: the name it has in the library.")
    )
    description = blocks.CharBlock(
        label=_("description"), required=False, max_length=255, help_text=_("What is in it, in one sentence.")
    )
    language = blocks.ChoiceBlock(
        label=_("language"),
        choices=list(settings.LANGUAGES),
        required=False,
        help_text=_("Only when it is not the language of the article."),
    )

    class Meta:
        icon = "download"
        label = _("Download")
        description = _("A manual or a form to keep or to print. Not for what the article can say itself.")
        template = "kb/blocks/download.html"
        value_class = DownloadValue
        preview_value = staticmethod(previews.download)

    def get_searchable_content(self, value: DownloadValue) -> list[str]:
        return [value.name, value["description"] or ""] if value.get("document") else []
