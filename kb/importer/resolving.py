"""What a record names, as the numbers of this site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from kb.external_ids import articles_by_id
from kb.importer.files import CATEGORY_FOLDER, FileStore
from kb.importer.records import ArticleRecord, FieldProblem
from kb.markdown import ARCHIVE_SCHEME, Block, JsonValue
from kb.markdown.references import archive_paths_in, href, with_references
from kb.models import CategoryPage, Product, ReusableText, SparePart
from personalization.segments.selectors import all_compiled


@dataclass(frozen=True)
class Resolved:
    """A body and related articles with this site's numbers; incomplete while an article that they name is missing."""

    body: list[Block]
    related: list[int]
    replaced_by: int | None
    is_complete: bool


class Resolver:
    """Finds what records name. Cost: three queries, and one for each chunk."""

    def __init__(self, files: FileStore, images: Mapping[str, int], ids_by_place: Mapping[str, str]) -> None:
        self.files = files
        self._named_images = images
        self._ids_by_place = ids_by_place
        self._articles: dict[str, int] = {}
        self._parts = {
            (number, language): pk
            for pk, number, language in SparePart.objects.values_list("pk", "number", "locale__language_code")
        }
        self._products = {
            (code, language): pk
            for pk, code, language in Product.objects.values_list("pk", "code", "locale__language_code")
        }
        self._texts = {
            (str(key), language): pk
            for pk, key, language in ReusableText.objects.values_list("pk", "translation_key", "locale__language_code")
        }

        self._segments = {(found.segment.name, ""): pk for pk, found in all_compiled().items()}

    def prepare(self, chunk: Sequence[ArticleRecord]) -> None:
        """Look up the articles that the records of a chunk name."""
        wanted = {external_id for record in chunk for external_id in self._named_by(record)} - self._articles.keys()
        self._articles |= {name: page.pk for name, page in articles_by_id(wanted).items()}

    def add_article(self, external_id: str, pk: int) -> None:
        """Note an article that has just been made."""
        self._articles[external_id] = pk

    def image(self, name: str) -> int | None:
        """Return the number of a picture, by a name that the caller gave or a path in the archive."""
        if not name:
            return None
        if name in self._named_images:
            return self._named_images[name]
        if not self.files.has(name):
            raise FieldProblem("image", _("there is no image “%(name)s”") % {"name": name})
        return self.files.image(name)

    def check_files(self, record: ArticleRecord) -> None:
        """Raise FieldProblem unless every picture and document of the record is there and whole; stores nothing."""
        if record.image and record.image not in self._named_images:
            if not self.files.has(record.image):
                raise FieldProblem("image", _("there is no image “%(name)s”") % {"name": record.image})
            self.files.check(record.image, is_image=True)

        def check(kind: str, value: JsonValue) -> JsonValue:
            if kind in ("image", "document"):
                self.files.check(str(value), is_image=kind == "image")
            else:
                self._chosen(kind, str(value), record.language)
            return value

        with_references(record.body, check, lambda kind, target: None)

    def known_image(self, name: str) -> int | None:
        """As `image`, but stores nothing: 0 for a picture that the import would bring."""
        if not name or name in self._named_images:
            return self._named_images.get(name)
        return self.files.known(name, is_image=True)

    def resolve(self, record: ArticleRecord, *, stores: bool = True) -> Resolved:
        """Return the body and the related articles of a record. Raises FieldProblem.

        Stores the record's pictures and documents; without `stores` those that the site has not got count as 0.
        """
        missing: list[str] = []

        def article(external_id: str) -> int | None:
            number = self._articles.get(external_id)
            if number is None and external_id in self._ids_by_place.values():
                missing.append(external_id)
            return number

        def convert(kind: str, value: JsonValue) -> JsonValue:
            if kind in ("image", "document"):
                return self._file(str(value), is_image=kind == "image", stores=stores)
            return self._chosen(kind, str(value), record.language)

        def convert_link(kind: str, target: str) -> str | None:
            return self._link(kind, target, article=article, stores=stores)

        body = with_references(record.body, convert, convert_link)
        related = [number for external_id in record.related if (number := article(external_id))]
        replaced_by = article(record.replaced_by) if record.replaced_by else None
        return Resolved(body, related, replaced_by, is_complete=not missing)

    def link(self, kind: str, target: str) -> str | None:
        """Return the attributes of a link outside of any article; None for one that leads nowhere."""
        return self._link(kind, target, article=self._articles.get, stores=True)

    def _file(self, path: str, *, is_image: bool, stores: bool) -> int:
        if not stores:
            return self.files.known(path, is_image=is_image)
        return self.files.image(path) if is_image else self.files.document(path)

    def _link(self, kind: str, target: str, *, article: Callable[[str], int | None], stores: bool) -> str | None:
        if kind != "href" or not target.startswith(ARCHIVE_SCHEME):
            return href(target) if kind == "href" else None
        path = target.removeprefix(ARCHIVE_SCHEME)
        if folder := CATEGORY_FOLDER.match(path):
            return _page_link(self._category(folder["language"], folder["code"]))
        if PurePosixPath(path).suffix == ".md":
            return _page_link(article(self._ids_by_place.get(path, "")))
        return f'linktype="document" id="{self._file(path, is_image=False, stores=stores)}"'

    def _named_by(self, record: ArticleRecord) -> set[str]:
        linked = (self._ids_by_place.get(path, "") for path in archive_paths_in(record.body))
        return {*record.related, record.replaced_by, *linked} - {""}

    def _chosen(self, kind: str, value: str, language: str) -> int:
        if kind == "segment":
            # Rules are about all customers, whatever they read.
            language = ""
        known, sentence = {
            "segment": (self._segments, _("there is no segment “%(name)s”; an editor makes it first")),
            "product": (self._products, _("there is no product “%(name)s” in this language")),
            "part": (self._parts, _("there is no spare part “%(name)s” in this language")),
            "text": (self._texts, _("there is no reusable text “%(name)s” in this language")),
        }[kind]
        number = known.get((value, language))
        if number is None:
            raise FieldProblem("body", sentence % {"name": value[:80]})
        return number

    def _category(self, language: str, code: str) -> int | None:
        return (
            CategoryPage.objects.in_language(language)
            .filter(code=code, alias_of=None)
            .values_list("pk", flat=True)
            .first()
        )


def _page_link(number: int | None) -> str | None:
    return f'linktype="page" id="{number}"' if number else None
