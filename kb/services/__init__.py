"""Writes with more than one effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from wagtail.models import Locale, Page

from kb import kept_lists, page_changes
from kb.care import upkeep
from kb.models import (
    ArticlePage,
    ArticleViews,
    CategoryPage,
    HelpIndexPage,
    MaintenanceTask,
    Product,
    ProductSpecification,
    SparePart,
)
from kb.models.parts import Fitting
from kb.page_cache import keep_for_everybody as keep_for_everybody
from kb.page_changes import end_also_at as end_also_at

HELP_INDEX_TITLES = {"vi": "Trợ giúp", "en": "Help"}


@dataclass(frozen=True)
class TaskData:
    """One maintenance task; `article_external_id` names the imported article that shows how, or nothing."""

    what: str
    interval_months: int
    minutes: int | None = None
    article_external_id: str = ""


@dataclass(frozen=True)
class ProductData:
    """A product in one language; `specifications` are (name, value) pairs in the order of the data sheet."""

    code: str
    language: str
    slug: str
    name: str
    kind: str
    summary: str = ""
    image_id: int | None = None
    manual_id: int | None = None
    specifications: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SparePartData:
    """A spare part in one language; `price` is whole đồng, `product_codes` what it fits."""

    number: str
    language: str
    name: str
    description: str = ""
    price: int | None = None
    is_available: bool = True
    fitting: str = Fitting.CUSTOMER
    image_id: int | None = None
    product_codes: tuple[str, ...] = ()


@transaction.atomic
def ensure_help_index(*, home: Page) -> HelpIndexPage:
    """Return the help index below `home`, making it when the installation has none in that language.

    The indexes of all languages are translations of one another.
    """
    existing = HelpIndexPage.objects.child_of(home).first()
    if existing is not None:
        return existing
    twin = HelpIndexPage.objects.exclude(locale=home.locale).first()
    index = HelpIndexPage(title=HELP_INDEX_TITLES[home.locale.language_code], slug="help", locale=home.locale)
    if twin is not None:
        index.translation_key = twin.translation_key
    home.add_child(instance=index)
    index.save_revision().publish()
    return index


@transaction.atomic
def ensure_category(
    *,
    language: str,
    code: str,
    title: str,
    slug: str = "",
    summary: str = "",
    icon: str = "",
    phase: str = "",
    parent: CategoryPage | None = None,
) -> CategoryPage | None:
    """Return the category of that code and language, making it when it is missing.

    The texts are for a new category only: what editors made of an existing one stays. The categories of one code
    are translations of one another. None when the language has no help index to put it below.
    """
    existing = CategoryPage.objects.in_language(language).filter(code=code, alias_of__isnull=True).first()
    if existing is not None:
        return existing
    above = parent or HelpIndexPage.objects.in_language(language).first()
    if above is None:
        return None
    category = CategoryPage(
        title=title, slug=slug, code=code, summary=summary, icon=icon, phase=phase, locale=above.locale
    )
    twin = CategoryPage.objects.filter(code=code, alias_of__isnull=True).first()
    if twin is not None:
        category.translation_key = twin.translation_key
    above.add_child(instance=category)
    category.save_revision().publish()
    return category


@transaction.atomic
def ensure_product(data: ProductData) -> bool:
    """Make the product when that code is missing in that language; returns whether it was made.

    What editors made of an existing one stays. The products of one code are translations of one another.
    """
    if Product.objects.in_language(data.language).filter(code=data.code).exists():
        return False
    product = Product(
        code=data.code,
        slug=data.slug,
        name=data.name,
        kind=data.kind,
        summary=data.summary,
        image_id=data.image_id,
        manual_id=data.manual_id,
        locale=Locale.objects.get(language_code=data.language),
    )
    twin = Product.objects.filter(code=data.code).first()
    if twin is not None:
        product.translation_key = twin.translation_key
    product.specifications = [
        ProductSpecification(name=name, value=value, sort_order=order)
        for order, (name, value) in enumerate(data.specifications)
    ]
    product.full_clean()
    product.save()
    return True


@transaction.atomic
def ensure_spare_part(data: SparePartData) -> bool:
    """Make the part when that number is missing in that language; returns whether it was made.

    What editors made of an existing one stays. The parts of one number are translations of one another. Product
    codes that do not exist in that language are left out.
    """
    if SparePart.objects.in_language(data.language).filter(number=data.number).exists():
        return False
    part = SparePart(
        number=data.number,
        name=data.name,
        description=data.description,
        price=data.price,
        is_available=data.is_available,
        fitting=data.fitting,
        image_id=data.image_id,
        locale=Locale.objects.get(language_code=data.language),
    )
    twin = SparePart.objects.filter(number=data.number).first()
    if twin is not None:
        part.translation_key = twin.translation_key
    part.products = list(Product.objects.in_language(data.language).filter(code__in=data.product_codes))
    part.full_clean()
    part.save()
    return True


@transaction.atomic
def ensure_maintenance_plan(*, code: str, language: str, tasks: tuple[TaskData, ...]) -> bool:
    """Give the product its plan when it has none; returns whether it was given one. Raises Product.DoesNotExist.

    Apart from `ensure_product`, because tasks point at articles and articles at products. An article that does not
    exist (yet) leaves its task without a link.
    """
    product = Product.objects.in_language(language).get(code=code)
    if product.maintenance_tasks.exists():
        return False
    articles = ArticlePage.objects.in_language(language).as_cards()
    by_id = {article.external_id: article for article in articles.filter(external_id__isnull=False)}
    product.maintenance_tasks = [
        MaintenanceTask(
            what=task.what,
            interval_months=task.interval_months,
            minutes=task.minutes,
            article=by_id.get(task.article_external_id),
            sort_order=order,
        )
        for order, task in enumerate(tasks)
    ]
    product.save()
    return True


@transaction.atomic
def mark_checked(days: Mapping[str, date]) -> int:
    """Set the day of the last check of imported articles, by external id; returns how many were found.

    Without a revision: the day is no part of what an editor wrote.
    """
    articles = ArticlePage.objects.filter(external_id__in=days).as_cards()
    upkeep.note_checks({article: days[article.external_id] for article in articles if article.external_id})
    return len(articles)


def refresh_public_pages() -> None:
    """Let readers get every help page anew once the present transaction is through.

    Publishing, moving and saving what pages show do so by themselves; whoever writes past the signals (bulk updates,
    raw queries, a new release) calls this.
    """
    kept_lists.forget()
    transaction.on_commit(page_changes.forget_pages)


@transaction.atomic
def add_article_views(counts: Mapping[tuple[int, date], int]) -> None:
    """Add the views counted for each (article, day); articles that are gone meanwhile are left out.

    Cost: two queries and one for each article and day. Other processes may add to the same rows.
    """
    existing = set(
        ArticlePage.objects.filter(pk__in={page_id for page_id, _day in counts}).values_list("pk", flat=True)
    )
    known = {key: number for key, number in counts.items() if key[0] in existing}
    ArticleViews.objects.bulk_create(
        [ArticleViews(page_id=page_id, day=day, count=0) for page_id, day in known], ignore_conflicts=True
    )
    for (page_id, day), number in known.items():
        ArticleViews.objects.filter(page_id=page_id, day=day).update(count=F("count") + number)


def purge_article_views(*, before: date) -> int:
    """Forget the views of days before `before`; returns how many rows that were."""
    deleted, _by_model = ArticleViews.objects.filter(day__lt=before).delete()
    return deleted
