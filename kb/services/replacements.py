"""Says what comes in the place of an article."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from kb.models import ArticlePage


@transaction.atomic
def set_replacement(*, article: ArticlePage, replacement: ArticlePage | None, user: AbstractBaseUser) -> None:
    """Let `replacement` come in the place of `article`: in the stored page, its newest draft and the given object.

    The draft too, or publishing it later would bring back what stood there before.
    """
    if article.replaced_by_id == (replacement.pk if replacement else None):
        return
    ArticlePage.objects.filter(pk=article.pk).update(replaced_by=replacement)
    draft = article.get_latest_revision_as_object()
    draft.replaced_by = replacement
    draft.save_revision(user=user, changed=False)
    article.refresh_from_db(fields=["replaced_by", "latest_revision", "latest_revision_created_at"])
