"""The words of the weekly letter; made when it leaves, in the recipient's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.digest.models import DigestSubscription
from personalization.digest.posting import DIGEST_LETTER, address_of
from personalization.digest.reading import DigestSection, digest_of
from personalization.visitor import Visitor
from portal.lib import shop
from portal.lib.letters import kinds
from portal.lib.letters.models import Letter

# Long enough to answer "did it go out?".
KEPT_FOR = timedelta(days=30)
# The next one says it better.
STALE_AFTER = timedelta(days=7)


def register() -> None:
    """Make the letter known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(DIGEST_LETTER, gettext_lazy("To a customer: the weekly letter"), compose_digest, kept_for=KEPT_FOR)
    )


def compose_digest(letter: Letter) -> kinds.Content:
    """Return the words about what was posted and still holds; pointless when nothing does or nobody wants it any more."""
    subscription = (
        DigestSubscription.objects.select_related("user").filter(letters=letter, user__is_active=True).first()
    )
    if subscription is None:
        raise kinds.LetterIsPointless("the account is gone")
    if timezone.now() - letter.created_at > STALE_AFTER:
        raise kinds.LetterIsPointless("it waited for longer than a week")
    if letter.recipient != address_of(subscription.user):
        raise kinds.LetterIsPointless("the account has another address now")
    posted = frozenset(letter.details["items"])
    sections = digest_of(Visitor.of_account(subscription.user), wanted=posted.__contains__)
    if not sections:
        raise kinds.LetterIsPointless("nothing of it holds any more, or it was stopped")
    return content_of(sections, subscription, letter.language)


def content_of(sections: tuple[DigestSection, ...], subscription: DigestSubscription, language: str) -> kinds.Content:
    """Return the words for these sections, in the active language, which is `language`."""
    stop_url = settings.SITE_URL + reverse("digest_stop", args=[subscription.stop_token])
    context = {
        "sections": [_with_whole_addresses(section) for section in sections],
        "preferences_url": settings.SITE_URL + reverse("preferences"),
        "stop_url": stop_url,
        "site_name": shop.facts().name,
        "language": language,
    }
    first, more = sections[0].items[0].text, sum(len(section.items) for section in sections) - 1
    subject = _("%(first)s, and %(more)d more") % {"first": first, "more": more} if more else first
    return kinds.Content(
        subject=" ".join(subject.split()),
        text=render_to_string("personalization/letters/digest.txt", context),
        html=render_to_string("personalization/letters/digest.html", context),
        reply_to=settings.SUPPORT_EMAIL,
        headers={
            **kinds.ROBOT_HEADERS,
            "List-Unsubscribe": f"<{stop_url}>",
            # One click in the mail program, without opening a page (RFC 8058).
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _with_whole_addresses(section: DigestSection) -> DigestSection:
    return replace(
        section, items=tuple(replace(item, url=urljoin(settings.SITE_URL, item.url)) for item in section.items)
    )
