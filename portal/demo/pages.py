"""The help pages of the demo shop: categories, products, pictures, articles."""

from datetime import timedelta
from pathlib import Path

import yaml
from django.core.files import File
from django.core.files.images import ImageFile
from django.core.management.base import CommandError
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page

from kb import services
from kb.importer import import_articles
from kb.services import history
from kb.services.translations import confirm_translation
from portal.demo import policies
from portal.demo.catalogue import CATEGORIES, IMAGE_DESCRIPTIONS, PRODUCTS
from portal.demo.parts import PARTS
from portal.demo.segments import ensure_segments
from portal.site_setup import ensure_home_pages

HERE = Path(__file__).resolve().parent
ARTICLES = HERE / "articles"
LANGUAGES = ("vi", "en")
COLLECTION = "Minh họa trợ giúp"
MANUALS_COLLECTION = "Sách hướng dẫn"
MANUAL_TITLES = {"vi": "Sách hướng dẫn", "en": "Manual"}
# Published after the article was translated, so the English text is behind it.
REWRITTEN = "nm-ket-noi-may-in-wifi"
NEW_WORDS = {
    "Cả hai máy chỉ bắt sóng 2,4 GHz, chuẩn bảo mật WPA2.": "Cả hai máy chỉ bắt sóng 2,4 GHz, chuẩn bảo mật WPA2. "
    "Bộ phát gộp 2,4 GHz và 5 GHz vào một tên thì máy in vẫn tự chọn đúng; bộ phát chỉ có 5 GHz thì không nối được.",
}
INTROS = {
    "vi": "Hướng dẫn, mã lỗi, lịch bảo dưỡng và mọi quy định, theo chủ đề.",
    "en": "Guides, error codes, maintenance plans and our rules, by topic.",
}


def load(refresh: bool) -> None:
    """Make the help pages that are missing; `refresh` moves the days of the last check to today's.

    Safe to run again: what editors changed stays. Raises CommandError when an article of the demo cannot be read.
    """
    homes = ensure_home_pages()
    indexes = [services.ensure_help_index(home=homes[language]) for language in LANGUAGES]
    written = [_write_intro(index, INTROS[language]) for index, language in zip(indexes, LANGUAGES, strict=True)]
    if all(written):
        confirm_translation(page=indexes[LANGUAGES.index("en")], user=None)
    _load_categories()
    images = _load_images()
    _load_products(images, _load_manuals())
    _load_spare_parts(images)
    policies.load(images)
    ensure_segments()
    _load_articles(images)
    history.rewrite(external_id=REWRITTEN, words=NEW_WORDS)
    _load_maintenance_plans()
    if refresh:
        _refresh_days()


def _write_intro(index: Page, intro: str) -> bool:
    """Publish the introduction unless there is one; returns whether it was written."""
    if index.intro:
        return False
    index.intro = intro
    index.save_revision().publish()
    return True


def _load_categories() -> None:
    for language in LANGUAGES:
        made: dict[str, Page | None] = {}
        for category in CATEGORIES:
            made[category.code] = services.ensure_category(
                language=language,
                code=category.code,
                title=category.title.in_language(language),
                slug=category.code if language == "vi" else category.slug_en,
                summary=category.summary.in_language(language),
                icon=category.icon,
                phase=category.phase,
                parent=made.get(category.parent),
            )


def _load_images() -> dict[str, int]:
    """Return the number of each picture by its name, adding those that are missing."""
    collection = _collection(COLLECTION)
    image_model = get_image_model()
    known = dict(image_model.objects.filter(collection=collection).values_list("title", "pk"))
    numbers = {}
    for path in sorted((ARTICLES / "images").glob("*.png")):
        description = IMAGE_DESCRIPTIONS.get(path.stem, "")
        title = description or path.stem
        if title not in known:
            with path.open("rb") as file:
                image = image_model(title=title, description=description, collection=collection)
                image.file = ImageFile(file, name=path.name)
                # The fingerprint by which the import knows the picture again.
                image._set_image_file_metadata()
                image.save()
            known[title] = image.pk
        numbers[path.stem] = known[title]
    return numbers


def _load_manuals() -> dict[tuple[str, str], int]:
    """Return the number of each manual by product code and language, adding those that are missing."""
    collection = _collection(MANUALS_COLLECTION)
    document_model = get_document_model()
    known = dict(document_model.objects.filter(collection=collection).values_list("title", "pk"))
    numbers = {}
    for product in PRODUCTS:
        for language in LANGUAGES:
            title = f"{MANUAL_TITLES[language]} {product.code}"
            if title not in known:
                path = ARTICLES / "manuals" / f"{product.code.lower()}-{language}.pdf"
                with path.open("rb") as file:
                    document = document_model(title=title, collection=collection)
                    document.file = File(file, name=path.name)
                    document._set_document_file_metadata()
                    document.save()
                known[title] = document.pk
            numbers[product.code, language] = known[title]
    return numbers


def _collection(name: str) -> Collection:
    existing = Collection.objects.filter(name=name).first()
    return existing or Collection.get_first_root_node().add_child(name=name)


def _load_products(images: dict[str, int], manuals: dict[tuple[str, str], int]) -> None:
    for product in PRODUCTS:
        for language in LANGUAGES:
            services.ensure_product(
                services.ProductData(
                    code=product.code,
                    language=language,
                    slug=product.slugs.in_language(language),
                    name=product.name.in_language(language),
                    kind=product.kind,
                    summary=product.summary.in_language(language),
                    image_id=images.get(product.image),
                    manual_id=manuals[product.code, language],
                    specifications=tuple(
                        (name.in_language(language), value.in_language(language))
                        for name, value in product.specifications
                    ),
                )
            )


def _load_spare_parts(images: dict[str, int]) -> None:
    for part in PARTS:
        for language in LANGUAGES:
            services.ensure_spare_part(
                services.SparePartData(
                    number=part.number,
                    language=language,
                    name=part.name.in_language(language),
                    description=part.description.in_language(language),
                    price=part.price,
                    is_available=part.is_available,
                    fitting="customer" if part.is_easy else "technician",
                    image_id=images.get(part.image),
                    product_codes=part.codes,
                )
            )


def _load_articles(images: dict[str, int]) -> None:
    result = import_articles(ARTICLES, images=images)
    if result.errors:
        raise CommandError("\n".join(str(error) for error in result.errors))


def _load_maintenance_plans() -> None:
    for product in PRODUCTS:
        for language in LANGUAGES:
            suffix = "" if language == "vi" else f"-{language}"
            tasks = tuple(
                services.TaskData(
                    what=task.what.in_language(language),
                    interval_months=task.interval_months,
                    minutes=task.minutes,
                    article_external_id=f"{task.article}{suffix}" if task.article else "",
                )
                for task in product.tasks
            )
            services.ensure_maintenance_plan(code=product.code, language=language, tasks=tasks)


def _refresh_days() -> None:
    today = timezone.localdate()
    paths = (path for folder in ("articles", "policies") for path in (HERE / folder).rglob("*.md"))
    fronts = (yaml.safe_load(path.read_text().split("---\n")[1]) for path in paths)
    services.mark_checked({front["id"]: today - timedelta(days=front["checked_days_ago"]) for front in fronts})
