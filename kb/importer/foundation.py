"""What the articles of an archive stand on, from its YAML files: categories, products, spare parts, shared texts.

Each file may be missing, or be written by hand. What the site has already stays as its editors made it; only what is
missing is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale

from kb import services
from kb.importer import records
from kb.importer.files import FileStore, InFolder
from kb.importer.plain_yaml import load_yaml
from kb.importer.records import FieldProblem, RowError
from kb.importer.resolving import Resolver
from kb.importer.sources import Folder, ZipFolder
from kb.markdown import rich_text_from_markdown
from kb.markdown.references import with_links
from kb.models import CategoryPage, HelpIndexPage, Product, ProductKind, ReusableText, SparePart
from kb.models.parts import Fitting

MAX_ROWS = 20_000
MANIFEST, CATEGORIES, PRODUCTS, PARTS, TEXTS, FILES = (
    "manifest.yaml", "categories.yaml", "products.yaml", "parts.yaml", "texts.yaml", "files.yaml"
)  # fmt: skip

Row = dict[str, object]


@dataclass
class Made:
    """How many of what were (or would be) made, and which rows were wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)


def article_order(folder: Folder | ZipFolder) -> dict[str, int]:
    """Return the place of each article in the order of the categories; empty without such a file."""
    listed = (row.get("articles") for row in _rows(folder, CATEGORIES, []))
    ids = (external_id for articles in listed if isinstance(articles, list) for external_id in articles)
    return {str(external_id): number for number, external_id in enumerate(ids)}


def files_described(folder: Folder | ZipFolder) -> dict[str, dict[str, str]]:
    """Return title and description of pictures and documents by their path."""
    return {
        str(row["file"]): {name: str(row.get(name) or "") for name in ("title", "description")}
        for row in _rows(folder, FILES, [])
        if row.get("file")
    }


class Foundation:
    """The YAML files of one archive."""

    def __init__(self, folder: Folder | ZipFolder, files: FileStore) -> None:
        self._folder = folder
        self._files = files
        self.made = Made()
        self._new_texts: list[tuple[ReusableText, str]] = []

    def coming(self) -> frozenset[tuple[str, str, str]]:
        """Return (kind, code, language) of the products that the archive names, for a preview."""
        rows = _rows(self._folder, PRODUCTS, [])
        return frozenset(("product", str(row.get("code")), str(row.get("lang"))) for row in rows)

    def preview(self) -> Made:
        """Check every row and count what is missing on the site, without writing."""
        self._each(CATEGORIES, self._category, writes=False)
        self._each(PRODUCTS, self._product, writes=False)
        self._each(PARTS, self._part, writes=False)
        self._each(TEXTS, self._text, writes=False)
        return self.made

    def write(self) -> Made:
        """Make what is missing, each row by itself."""
        self._write_intros()
        self._each(CATEGORIES, self._category, writes=True)
        self._each(PRODUCTS, self._product, writes=True)
        self._each(PARTS, self._part, writes=True)
        self._each(TEXTS, self._text, writes=True)
        return self.made

    def finish(self, resolver: Resolver) -> None:
        """Give products their maintenance plans and shared texts their links, once the articles are there."""
        for item, source in self._new_texts:
            item.text = with_links(source, resolver.link)
            item.save()
            item.save_revision().publish()
        for number, row in enumerate(_rows(self._folder, PRODUCTS, []), start=1):
            self._guarded(PRODUCTS, number, partial(self._plan, row))

    def _each(self, file: str, take: Callable[[Row, bool], bool], *, writes: bool) -> None:
        for number, row in enumerate(_rows(self._folder, file, self.made.errors), start=1):
            self._guarded(file, number, partial(self._count, file, take, row, writes))

    def _count(self, file: str, take: Callable[[Row, bool], bool], row: Row, writes: bool) -> None:
        self.made.counts[file] += take(row, writes)

    def _guarded(self, file: str, number: int, action: Callable[[], None]) -> None:
        place = _("%(file)s, entry %(number)s") % {"file": file, "number": number}
        try:
            with transaction.atomic():
                action()
        except FieldProblem as problem:
            self.made.errors.append(RowError(place, problem.field, problem.reason))
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            self.made.errors.append(RowError(place, name, " ".join(messages)))

    def _write_intros(self) -> None:
        manifest = _load(self._folder, MANIFEST, self.made.errors)
        languages = manifest.get("languages") if isinstance(manifest, dict) else None
        for row in languages if isinstance(languages, list) else []:
            index = HelpIndexPage.objects.in_language(str(row.get("lang"))).first() if isinstance(row, dict) else None
            intro = records.clean_line(row.get("intro"), "intro", max_length=240) if index else ""
            if index and intro and not index.intro:
                index.intro = intro
                index.save_revision().publish()

    def _category(self, row: Row, writes: bool) -> bool:
        language = records.clean_language(row.get("lang"))
        code = records.clean_slug(row.get("code"), "code")
        title = records.clean_line(row.get("title"), "title", max_length=255, is_required=True)
        above = records.clean_slug(row.get("above"), "above")
        texts = {
            "slug": records.clean_slug(row.get("slug"), "slug"),
            "summary": records.clean_line(row.get("summary"), "summary", max_length=240),
            "icon": records.clean_line(row.get("icon"), "icon", max_length=40),
            "phase": records.clean_phase(row.get("phase")),
        }
        if not code:
            raise FieldProblem("code", _("is missing"))
        existing = CategoryPage.objects.in_language(language).filter(alias_of__isnull=True)
        if existing.filter(code=code).exists():
            return False
        if writes:
            parent = existing.filter(code=above).first() if above else None
            services.ensure_category(language=language, code=code, title=title, parent=parent, **texts)
        return True

    def _product(self, row: Row, writes: bool) -> bool:
        language = records.clean_language(row.get("lang"))
        code = records.clean_line(row.get("code"), "code", max_length=40, is_required=True)
        data = services.ProductData(
            code=code,
            language=language,
            slug=records.clean_slug(row.get("slug"), "slug"),
            name=records.clean_line(row.get("name"), "name", max_length=120, is_required=True),
            kind=records.clean_choice(row.get("kind"), "kind", ProductKind.values, default=ProductKind.OTHER),
            summary=records.clean_line(row.get("summary"), "summary", max_length=300),
            image_id=self._file(row.get("image"), is_image=True, writes=writes),
            manual_id=self._file(row.get("manual"), is_image=False, writes=writes),
            specifications=tuple(
                (
                    records.clean_line(one.get("name"), "specifications", max_length=80, is_required=True),
                    records.clean_line(one.get("value"), "specifications", max_length=160, is_required=True),
                )
                for one in _objects(row, "specifications")
            ),
        )
        if writes:
            return services.ensure_product(data)
        return not Product.objects.in_language(language).filter(code=code).exists()

    def _plan(self, row: Row) -> None:
        tasks = tuple(
            services.TaskData(
                what=records.clean_line(task.get("what"), "maintenance", max_length=160, is_required=True),
                interval_months=records.clean_number(task.get("interval_months"), "interval_months", most=120) or 1,
                minutes=records.clean_number(task.get("minutes"), "minutes", most=1440),
                article_external_id=records.clean_id(task.get("article"), "article", is_required=False),
            )
            for task in _objects(row, "maintenance")
        )
        code, language = str(row.get("code")), str(row.get("lang"))
        if tasks and Product.objects.in_language(language).filter(code=code).exists():
            services.ensure_maintenance_plan(code=code, language=language, tasks=tasks)

    def _part(self, row: Row, writes: bool) -> bool:
        language = records.clean_language(row.get("lang"))
        number = records.clean_line(row.get("number"), "number", max_length=40, is_required=True)
        data = services.SparePartData(
            number=number,
            language=language,
            name=records.clean_line(row.get("name"), "name", max_length=120, is_required=True),
            description=records.clean_line(row.get("description"), "description", max_length=300),
            price=records.clean_number(row.get("price"), "price", most=2_000_000_000),
            is_available=row.get("unavailable") is not True,
            fitting=records.clean_choice(row.get("fitting"), "fitting", Fitting.values, default=Fitting.CUSTOMER),
            image_id=self._file(row.get("image"), is_image=True, writes=writes),
            product_codes=records.clean_lines(row.get("products"), "products", max_length=40),
        )
        if writes:
            return services.ensure_spare_part(data)
        return not SparePart.objects.in_language(language).filter(number=number).exists()

    def _text(self, row: Row, writes: bool) -> bool:
        language = records.clean_language(row.get("lang"))
        try:
            key = UUID(str(row.get("id")))
        except ValueError as error:
            raise FieldProblem("id", _("must be the key of a text, such as an export gives it")) from error
        name = records.clean_line(row.get("name"), "name", max_length=120, is_required=True)
        text = records.clean_text(row.get("text"), "text", max_length=records.BODY_MAX_LENGTH, is_required=True)
        if ReusableText.objects.filter(translation_key=key, locale__language_code=language).exists():
            return False
        if writes:
            source = rich_text_from_markdown(text, InFolder(self._folder, TEXTS))
            item = ReusableText(
                translation_key=key,
                locale=Locale.objects.get(language_code=language),
                name=name,
                text=with_links(source, lambda kind, target: None),
            )
            item.full_clean()
            item.save()
            self._new_texts.append((item, source))
        return True

    def _file(self, value: object, *, is_image: bool, writes: bool) -> int | None:
        path = records.clean_line(value, "file", max_length=200)
        if not path:
            return None
        if not writes:
            self._files.check(path, is_image=is_image)
            return None
        return self._files.image(path) if is_image else self._files.document(path)


def _rows(folder: Folder | ZipFolder, name: str, errors: list[RowError]) -> Iterator[Row]:
    loaded = _load(folder, name, errors)
    if not isinstance(loaded, list):
        if loaded is not None:
            errors.append(RowError(name, "file", _("must be a list of entries")))
        return
    for number, row in enumerate(loaded[:MAX_ROWS], start=1):
        if isinstance(row, dict):
            yield row
        else:
            place = _("%(file)s, entry %(number)s") % {"file": name, "number": number}
            errors.append(RowError(place, "entry", _("must be lines of the form name: value")))


def _load(folder: Folder | ZipFolder, name: str, errors: list[RowError]) -> object:
    if not folder.has(name):
        return None
    content = folder.read(name).content
    if content is None:
        errors.append(RowError(name, "file", _("is too large")))
        return None
    try:
        return load_yaml(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        problem = " ".join(str(error).split())[:200]
        errors.append(RowError(name, "file", _("is not YAML: %(problem)s") % {"problem": problem}))
        return None


def _objects(row: Row, name: str) -> list[Row]:
    value = row.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise FieldProblem(name, _("must be a list of entries"))
    return value
