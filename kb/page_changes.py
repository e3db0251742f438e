"""When what readers see changes: at once, told by signals, or at a known time, told by the clock."""

from __future__ import annotations

import logging
import math
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Min, Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from kb import kept_lists
from portal.lib.cache_errors import CACHE_ERRORS

logger = logging.getLogger(__name__)

GENERATION_KEY = "kb.pages.generation"
# What other apps know of moments at which pages stop being right by themselves.
_endings: list[Callable[[], datetime | None]] = []
# Rows of kb that no public page shows; saved often, or by readers.
UNSEEN_MODELS = frozenset(
    {
        "articleviews",
        "articlevote",
        "coreading",
        "exchangejob",
        "externaladdress",
        "fixsubscription",
        "importedarticle",
        "indexrequest",
        "readarticle",
        "readshare",
        "recentsearch",
        "searchlogclick",
        "searchlogentry",
        "searchpromotion",
        "sourcelift",
        "synonym",
        "translationrecord",
    }
)


def connect() -> None:
    """Let every change that readers see end the generation of kept pages. Called by `apps.ready`."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(_changed, dispatch_uid="kb.page_changes")
    post_delete.connect(_changed, sender=Page, dispatch_uid="kb.page_changes.deleted")
    for model in _models_shown():
        name = model._meta.label
        if issubclass(model, Page):
            # Drafts are saved all the time and seen by nobody; a new alias is live and announced by no signal (8.0).
            post_save.connect(_alias_made, sender=model, dispatch_uid=f"kb.page_changes.alias.{name}")
            continue
        post_save.connect(_changed, sender=model, dispatch_uid=f"kb.page_changes.saved.{name}")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"kb.page_changes.deleted.{name}")
        for field in model._meta.many_to_many:
            uid = f"kb.page_changes.links.{name}.{field.name}"
            m2m_changed.connect(_changed, sender=field.remote_field.through, dispatch_uid=uid)


def begin_generation() -> str:
    """Return the generation of pages that begins now, or the one that another request has begun meanwhile.

    A random name: counting up would need a lock, and a lost count could bring an old generation back. It ends when
    `forget_pages` is called or when the pages stop being right by themselves, which the name says. "" in the last second
    before that moment, when nothing can be kept. Errors: CACHE_ERRORS.
    """
    seconds = seconds_until_next_change()
    ends_at = math.floor(timezone.now().timestamp()) + seconds
    cache.add(GENERATION_KEY, f"{secrets.token_hex(8)}.{ends_at}", min(seconds, settings.PAGE_CACHE_SECONDS))
    return cast("str", cache.get(GENERATION_KEY, ""))


def seconds_left(generation: str) -> int:
    """Return how long pages of `generation` stay right if nobody changes anything; 0 for "". Costs nothing."""
    ends_at = int(generation.partition(".")[2] or 0)
    return max(0, math.floor(ends_at - timezone.now().timestamp()))


def forget_pages() -> None:
    """Let every page be made anew from now on. A cache that is down keeps nothing, so that is no error."""
    try:
        cache.delete(GENERATION_KEY)
    except CACHE_ERRORS as error:
        logger.warning("The page cache cannot be reached: %s", error)


def end_also_at(next_ending: Callable[[], datetime | None]) -> None:
    """Let pages end at the moment that `next_ending` names too, if it names one. Called by `apps.ready`."""
    _endings.append(next_ending)


def seconds_until_next_change() -> int:
    """Return how long the present pages stay right if nobody changes anything: to the next expiry or midnight.

    Midnight, because pages say how long ago something was checked and which rules hold today. Cost: one query, and
    what `end_also_at` asks.
    """
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    expiry = Page.objects.live().filter(expire_at__gt=now).aggregate(next=Min("expire_at"))["next"]
    moments = [midnight, expiry, *(next_ending() for next_ending in _endings)]
    return max(0, math.floor((min(moment for moment in moments if moment is not None) - now).total_seconds()))


def _models_shown() -> list[type[Model]]:
    ours = [model for model in apps.get_app_config("kb").get_models() if model._meta.model_name not in UNSEEN_MODELS]
    return [*ours, get_image_model(), get_document_model(), Locale, PageViewRestriction, Site]


def _changed(sender: object, **kwargs: Any) -> None:
    kept_lists.forget()
    # Before the commit another reader would keep the old page again.
    transaction.on_commit(forget_pages)


def _alias_made(sender: type[Model], instance: Page, created: bool, **kwargs: Any) -> None:
    if created and instance.alias_of_id:
        _changed(sender)
