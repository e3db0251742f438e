"""Policies in the admin: nothing that was once in force can be deleted, and publishing says what it did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from kb.models import PolicyPage, PolicyVersion


def _kept_policies(pages: Iterable[Page]) -> list[str]:
    """Return the titles of the policies with versions among `pages` and below them."""
    titles = []
    for page in pages:
        below = PolicyPage.objects.descendant_of(page, inclusive=True).filter(versions__isnull=False).distinct()
        titles += [policy.title for policy in below.as_cards()]
    return titles


def _refusal(request: HttpRequest, titles: list[str], back: str) -> HttpResponse:
    messages.error(
        request,
        _(
            "Customers bought under these texts, so they are kept for ever: %(titles)s. Unpublish the page instead; name one that replaces it."
        )
        % {"titles": ", ".join(titles)},
    )
    return redirect(back)


@hooks.register("before_delete_page")
def keep_policies(request: HttpRequest, page: Page) -> HttpResponse | None:
    titles = _kept_policies([page])
    return _refusal(request, titles, reverse("wagtailadmin_explore", args=[page.get_parent().pk])) if titles else None


@hooks.register("before_bulk_action")
def keep_policies_of_many(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    if action_type != "delete" or not issubclass(action.model, Page):
        return None
    titles = _kept_policies(objects)
    return _refusal(request, titles, reverse("wagtailadmin_explore_root")) if titles else None


@hooks.register("after_publish_page")
def tell_which_version(request: HttpRequest, page: Page) -> None:
    """Say whether publishing made a version, corrected one, or waits for its day."""
    if not isinstance(page, PolicyPage):
        return
    # While a text is planned, the page's own row still holds the one before.
    published = page.get_latest_revision_as_object()
    day = date_format(published.in_force_from, "SHORT_DATE_FORMAT")
    if published.is_planned:
        sentence = _("Planned: this text is in force from %(day)s, 0:00. Until then readers see the present one.")
    elif PolicyVersion.objects.filter(page=page, in_force_from=published.in_force_from).count() > 1:
        sentence = _("Published as a correction of the version of %(day)s: no new version was made.")
    else:
        sentence = _("Published as the version in force from %(day)s. The one before stays readable.")
    messages.info(request, sentence % {"day": day})
