"""What things are called in an archive: the same name for the same content on every site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.db.models import Model
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from kb.external_ids import key_id
from kb.managers import ArticleQuerySet
from kb.markdown import ARCHIVE_SCHEME, JsonValue
from kb.markdown.references import href
from kb.models import CategoryPage, Product, ReusableText, SparePart
from kb.slugs import ascii_slug
from personalization.segments.selectors import all_compiled

NAME_MAX_LENGTH = 60
HASH_LENGTH = 10


class Names:
    """The numbers of this site as names of the archive. Cost: seven queries, memory for one line of each thing."""

    def __init__(self, articles: ArticleQuerySet) -> None:
        self.categories = {
            page.path: page
            for page in CategoryPage.objects.filter(alias_of__isnull=True).select_related("locale").order_by("path")
        }
        rows = list(
            articles.order_by("path").values_list(
                "pk", "path", "slug", "external_id", "translation_key", "locale__language_code"
            )
        )
        self.article_ids = {
            pk: external_id or key_id(key, language) for pk, _path, _slug, external_id, key, language in rows
        }
        self.article_paths = {
            pk: f"articles/{language}/{self.categories[path[: -Page.steplen]].code}/{slug}.md"
            for pk, path, slug, _external_id, _key, language in rows
        }
        self.keys = {pk: (str(key), language) for pk, _path, _slug, _external_id, key, language in rows}
        self._by_key = {key: pk for pk, key in self.keys.items()}
        self._category_folders = {
            page.pk: f"articles/{page.locale.language_code}/{page.code}/" for page in self.categories.values()
        }
        self._products = dict(Product.objects.values_list("pk", "code"))
        self._parts = dict(SparePart.objects.values_list("pk", "number"))
        self._segments = {pk: found.segment.name for pk, found in all_compiled().items()}
        self._texts = {pk: str(key) for pk, key in ReusableText.objects.values_list("pk", "translation_key")}
        self._images = {image.pk: file_name("images", image) for image in _with_files(get_image_model())}
        self._documents = {
            document.pk: file_name("documents", document) for document in _with_files(get_document_model())
        }
        self._used: set[str] = set()

    def translation_source(self, pk: int, *, language: str) -> str:
        """Return the id of the article in the site's first language that `pk` translates, if it is exported too."""
        key, own_language = self.keys[pk]
        if own_language == language:
            return ""
        source = self._by_key.get((key, language))
        return self.article_ids[source] if source else ""

    def image(self, pk: int | None) -> str:
        """Return a picture's name, which from now on belongs into the archive; nothing for one that is gone."""
        return self._use(self._images, pk)

    def document(self, pk: int | None) -> str:
        """Return a document's name, which from now on belongs into the archive; nothing for one that is gone."""
        return self._use(self._documents, pk)

    def used_files(self) -> list[tuple[str, Model]]:
        """Return the pictures and documents that were named so far, sorted by name. Cost: two queries."""
        found: dict[str, Model] = {}
        for model, by_number in ((get_image_model(), self._images), (get_document_model(), self._documents)):
            numbers = [pk for pk, name in by_number.items() if name in self._used]
            for item in model.objects.filter(pk__in=numbers).order_by("pk"):
                # The same picture uploaded twice is one file here.
                found.setdefault(by_number[item.pk], item)
        return sorted(found.items())

    def _use(self, names: dict[int, str], pk: int | None) -> str:
        name = names.get(pk or 0, "")
        if name:
            self._used.add(name)
        return name

    def language(self, pk: int) -> str:
        """Return the language of an article."""
        return self.keys[pk][1]

    def product(self, pk: int) -> str:
        """Return a product's code."""
        return self._products[pk]

    def value(self, kind: str, value: JsonValue) -> JsonValue:
        """Return the name of what a chooser holds; None for what is gone."""
        pk = int(value) if isinstance(value, int | str) else 0
        if kind == "image":
            name = self.image(pk)
        elif kind == "document":
            name = self.document(pk)
        elif kind == "page":
            name = self.article_paths.get(pk, "")
        else:
            names: dict[str, dict[int, str]] = {
                "product": self._products,
                "part": self._parts,
                "text": self._texts,
                "segment": self._segments,
            }
            return names[kind].get(pk)
        return f"{ARCHIVE_SCHEME}{name}" if name else None

    def link(self, kind: str, target: str) -> str | None:
        """Return the attributes of a link, pointing into the archive where its target is in it; None for a dead one."""
        if kind == "href":
            return href(target) if target else None
        pk = int(target) if target.isdigit() else 0
        if kind == "document":
            name = self.document(pk)
            return href(f"{ARCHIVE_SCHEME}{name}") if name else None
        path = self.article_paths.get(pk) or self._category_folders.get(pk)
        if path:
            return href(f"{ARCHIVE_SCHEME}{path}")
        # The home page, or an article that is not exported: its address on this site.
        page = Page.objects.filter(pk=pk).first()
        url = page.get_url() if page else None
        return href(url) if url else None


def file_name(folder: str, item: AbstractImage | AbstractDocument) -> str:
    """Return a picture's or document's name in the archive: its title, and what its content hashes to."""
    suffix = PurePosixPath(item.file.name).suffix.lower()
    stem = ascii_slug(item.title)[:NAME_MAX_LENGTH].strip("-") or folder.removesuffix("s")
    return f"{folder}/{stem}-{item.get_file_hash()[:HASH_LENGTH]}{suffix}"


def relative(path: str, *, from_file: str) -> str:
    """Return `path` as a link from the file `from_file`; both are paths from the archive's root."""
    here = PurePosixPath(from_file).parent.parts
    there = PurePosixPath(path).parts
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    steps = [".."] * (len(here) - shared) + list(there[shared:])
    return ("/".join(steps) or ".") + ("/" if path.endswith("/") else "")


def _with_files(model: type[Any]) -> Iterator[Any]:
    """Return the rows whose file is there; a missing one is a fault of the storage, not of the export."""
    for item in model._default_manager.only("pk", "title", "file", "file_hash").order_by("pk"):
        if item.file.storage.exists(item.file.name):
            yield item
