"""What the page chooser offers where an article is to be chosen: articles of the same language, not the page itself."""

import re

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page
from wagtail.query import PageQuerySet

# The chooser is not told which page it is opened from (Wagtail 8.0); the browser says which form it stands in.
EDITED_PAGE = re.compile(r"/admin/pages/(\d{1,18})/(?:edit|unpublish)/")
PARENT_OF_NEW_PAGE = re.compile(r"/admin/pages/add/\w+/\w+/(\d{1,18})/")


@hooks.register("construct_page_chooser_queryset")
def offer_articles_of_the_same_language(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Narrow the choice for fields that take articles; what is chosen is judged by the form all the same."""
    if request.GET.get("page_type") != "kb.articlepage":
        return pages
    form = request.headers.get("Referer", "")
    edited, parent = EDITED_PAGE.search(form), PARENT_OF_NEW_PAGE.search(form)
    match = edited or parent
    locale_id = Page.objects.filter(pk=match[1]).values_list("locale_id", flat=True).first() if match else None
    if locale_id is not None:
        pages = pages.filter(locale_id=locale_id)
    return pages.exclude(pk=edited[1]) if edited else pages
