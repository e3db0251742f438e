"""Which pages show something of the catalogue or the library."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import Page, ReferenceIndex


def pages_using(instance: Model) -> list[int]:
    """Return the ids of the pages that name `instance`: in a block, a link, or a field of their own.

    Sees  what is stored in the page's row, live or not; drafts of live pages are not asked. Wagtail's reference
          index is behind a page saved a moment ago until the worker has read it.
    Cost  one query. Anything that Wagtail knows as referable may be asked for: product, part, text, image, document.
    """
    references = ReferenceIndex.get_references_to(instance).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    return sorted({int(object_id) for object_id in references.values_list("object_id", flat=True)})
