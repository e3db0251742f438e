"""Writes with more than one effect."""

from django.db import transaction
from wagtail.models import Page

from kb.models import CategoryPage, HelpIndexPage

HELP_INDEX_TITLES = {"vi": "Trợ giúp", "en": "Help"}


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
