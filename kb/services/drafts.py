"""Begins articles for those who have no editor open yet."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from kb.models import ArticlePage, CategoryPage

Article = TypeVar("Article", bound=ArticlePage)


@transaction.atomic
def begin_draft(
    *, model: type[Article], category: CategoryPage, title: str, keywords: str, user: AbstractBaseUser
) -> Article:
    """Add an unpublished article to `category`, owned by `user`, and return it; who may do so is asked before."""
    draft = model(title=title, keywords=keywords, owner=user, live=False, locale=category.locale)
    category.add_child(instance=draft)
    draft.save_revision(user=user, log_action=True)
    return draft
