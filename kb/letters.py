"""The letters of the knowledge base: one for each reader who asked to be told of a correction."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.models import ArticlePage, FixSubscription
from kb.page_context import absolute
from portal.lib import shop
from portal.lib.letters import kinds
from portal.lib.letters.models import Letter
from portal.lib.letters.services import NewLetter

ARTICLE_CHANGED = "kb.article_changed"
ARTICLE_REPLACED = "kb.article_replaced"
# Long enough to answer "did it go out?"; the address has no other use.
KEPT_FOR = timedelta(days=30)


def register() -> None:
    """Make the letters of kb known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(
            ARTICLE_CHANGED, gettext_lazy("To a reader: an article was corrected"), compose_changed, kept_for=KEPT_FOR
        )
    )
    kinds.register(
        kinds.Kind(
            ARTICLE_REPLACED, gettext_lazy("To a reader: an article was replaced"), compose_replaced, kept_for=KEPT_FOR
        )
    )


def changed_letter(subscription: FixSubscription, page: ArticlePage) -> NewLetter:
    """Return the one letter that `subscription` asked for, about the text just published."""
    return NewLetter(
        kind=ARTICLE_CHANGED,
        # The row goes with its letter, and its number is never given again.
        key=f"{ARTICLE_CHANGED}:{subscription.pk}",
        recipient=subscription.email,
        language=subscription.language,
        details={"page": page.pk, "note": page.change_note},
    )


def replaced_letter(subscription: FixSubscription, page: ArticlePage, replacement: ArticlePage) -> NewLetter:
    """Return the one letter that `subscription` asked for, about the article that took the place of `page`."""
    return NewLetter(
        kind=ARTICLE_REPLACED,
        key=f"{ARTICLE_REPLACED}:{subscription.pk}",
        recipient=subscription.email,
        language=subscription.language,
        details={"page": replacement.pk, "former_title": page.title},
    )


def compose_changed(letter: Letter) -> kinds.Content:
    """Return the words about a corrected article."""
    page = _public_page(letter)
    subject = _("Corrected: %(title)s") % {"title": page.title}
    return _content("kb/letters/article_changed", subject, letter, page)


def compose_replaced(letter: Letter) -> kinds.Content:
    """Return the words about the article that took another one's place."""
    page = _public_page(letter)
    subject = _("New article: %(title)s") % {"title": page.title}
    return _content("kb/letters/article_replaced", subject, letter, page)


def _public_page(letter: Letter) -> ArticlePage:
    """Return the article, if anybody may read it: the letter goes to an address that nobody has proven."""
    page = ArticlePage.objects.public().as_cards().filter(pk=letter.details["page"]).first()
    if page is None:
        raise kinds.LetterIsPointless("the article is not public any more")
    return page


def _content(template: str, subject: str, letter: Letter, page: ArticlePage) -> kinds.Content:
    context = {
        "page": page,
        "page_url": absolute(page.get_url() or ""),
        "note": letter.details.get("note", ""),
        "former_title": letter.details.get("former_title", ""),
        "site_name": shop.facts().name,
        "language": letter.language,
    }
    return kinds.Content(
        subject=" ".join(subject.split()),
        text=render_to_string(f"{template}.txt", context),
        html=render_to_string(f"{template}.html", context),
        reply_to=settings.SUPPORT_EMAIL,
        headers=kinds.ROBOT_HEADERS,
    )
