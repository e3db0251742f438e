"""Writes with more than one effect."""

from django.db import transaction
from wagtail.models import Page

from kb.models import HelpIndexPage

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
