"""Makes the translation of a page: a draft in the right place, naming the twins of what its source names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page

from kb.models import ArticlePage
from kb.slugs import ascii_slug
from kb.translation.references import Twins, translate_body

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# Nobody has compared the translation with the machine yet; its plan of publishing is its own.
NOT_CARRIED_OVER = ["last_checked_on", "last_checked_by", "checked_for", "go_live_at"]


class CannotTranslate(Exception):
    """The page cannot be translated; the message is a sentence for the editor."""


@dataclass(frozen=True)
class Translated:
    """What `translate_page` did. `page` is the new draft, or the one that was there (`is_new` is false then).

    `parents` are the categories made with it, outermost first; `left_out` names what has no twin to point at.
    """

    page: Page
    is_new: bool = True
    parents: tuple[Page, ...] = ()
    left_out: tuple[str, ...] = ()


def twin_in(page: Page, language: str) -> Page | None:
    """Return the translation of `page` into `language`, drafts included. One query."""
    return Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=language, alias_of__isnull=True
    ).first()


def place_for(page: Page, language: str) -> Page | None:
    """Return the page of that language below which the translation, or its first missing parent, will stand.

    None when not even the help index exists in that language. Cost: one query for each level.
    """
    above = page.get_parent()
    while above is not None and not above.is_root():
        twin = twin_in(above, language)
        if twin is not None:
            return twin
        above = above.get_parent()
    return None


def may_translate(user: AbstractBaseUser, page: Page, language: str) -> bool:
    """Say whether `user` may add pages where the translation will stand. What they may do to the source is no matter."""
    place = place_for(page, language)
    return place is not None and place.permissions_for_user(user).can_add_subpage()


@transaction.atomic
def translate_page(*, page: Page, language: str, user: AbstractBaseUser | None, title: str = "") -> Translated:
    """Make a draft of `page` in `language`, and of the categories above that are missing there.

    Text    the published one, or the draft of a page that is not published; `title` in place of the source's.
    Place   below the twin of the source's category.
    Names   products, parts, categories, related articles and links become their twins; what has none is left out
            and told. Aliases are never made. The external id stays with the source.
    Again   the existing translation is returned untouched.
    Errors  CannotTranslate; the caller has checked `may_translate`.
    """
    locale = Locale.objects.filter(language_code=language).first()
    if locale is None:
        raise CannotTranslate(_("The site has no such language."))
    existing = twin_in(page, language)
    if existing is not None:
        return Translated(existing.specific, is_new=False)
    if page.alias_of_id:
        raise CannotTranslate(_("This page is an alias. Translate the page that it repeats."))
    parent = page.get_parent()
    if parent is None or place_for(page, language) is None:
        raise CannotTranslate(
            _("The help centre does not exist in that language yet; an administrator makes it first.")
        )
    above = twin_in(parent, language)
    made: tuple[Page, ...] = ()
    if above is None:
        upper = translate_page(page=parent, language=language, user=user)
        above, made = upper.page, (*upper.parents, upper.page)
    twins = Twins(locale)
    copy = _copy(page, below=above.specific, locale=locale, twins=twins, user=user, title=title)
    return Translated(copy, parents=made, left_out=tuple(twins.missing))


def _copy(page: Page, *, below: Page, locale: Locale, twins: Twins, user: AbstractBaseUser | None, title: str) -> Page:
    # Read anew: the caller's object must stay what it is, and may hold changes of its own.
    source = page.specific_class.objects.get(pk=page.pk)
    if not source.live:
        source = source.get_latest_revision_as_object()
    title = title.strip() or source.title
    _name_twins(source, twins)
    # The object in memory is what Wagtail copies; it is not saved.
    copied = source.copy(
        to=below,
        copy_revisions=False,
        keep_live=False,
        reset_translation_key=False,
        exclude_fields=NOT_CARRIED_OVER,
        update_attrs={
            "locale": locale,
            "title": title,
            "draft_title": title,
            "slug": find_available_slug(below, ascii_slug(title) or source.slug),
        },
        user=user,
        log_action="wagtail.copy_for_translation",
    )
    return cast("Page", copied)


def _name_twins(page: Page, twins: Twins) -> None:
    translate_body(page, twins)
    if not isinstance(page, ArticlePage):
        return
    page.products = twins.of_all(page.products.all())
    page.also_in = twins.of_all(page.also_in.all())
    page.replaced_by = cast("ArticlePage | None", twins.of(page.replaced_by)) if page.replaced_by else None
    related = []
    for link in page.related_articles.select_related("article"):
        twin = twins.of(link.article)
        if twin is not None:
            link.article = cast("ArticlePage", twin)
            related.append(link)
    page.related_articles = related
