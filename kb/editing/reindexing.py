"""“Read into search again”: for the one article that search shows otherwise than the page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from kb.models import ArticlePage
from kb.search.indexing import is_indexable, request_indexing
from kb.search.state import index_state
from portal.lib import converters  # noqa: F401 - <row:...>


@require_http_methods(["GET", "POST"])
def reindex(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say whether readers can find the article, and on POST read it into the index again."""
    article = get_object_or_404(ArticlePage, pk=page_id)
    if not article.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if request.method == "POST":
        request_indexing([article.pk])
        messages.success(
            request, _("“%(title)s” is read into search again; give it a few seconds.") % {"title": article}
        )
        return redirect("wagtailadmin_pages:edit", article.pk)
    return TemplateResponse(
        request,
        "kb/editing/confirm_reindex.html",
        {
            "page_title": _("Read into search again"),
            "page_subtitle": article.title,
            "header_icon": "search",
            "page": article,
            "is_public": is_indexable(article),
            "state": index_state(),
        },
    )


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [path("reindex/<row:page_id>/", reindex, name="kb_reindex")]


@hooks.register("register_page_header_buttons")
def reindex_in_the_editor(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    """Offer it in the menu beside the title of an article that `user` may edit."""
    is_article = issubclass(page.specific_class or Page, ArticlePage)
    if not is_article or not page.permissions_for_user(user).can_edit():
        return []
    url = reverse("kb_reindex", args=[page.pk])
    return [Button(_("Read into search again"), url, icon_name="search", priority=64)]
