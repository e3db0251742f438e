"""The letter that tells an owner once a week which of their articles are due for a check."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from wagtail.users.models import UserProfile

from kb.care import figures
from portal.lib.letters import kinds
from portal.lib.letters.models import Letter
from portal.lib.letters.services import NewLetter, post_all

DUE_CHECKS = "kb.due_checks"
KEPT_FOR = timedelta(days=30)
# A letter is read on a phone; the report holds the rest.
ARTICLES_NAMED = 20


def register() -> None:
    """Make the letter known to the outbox; called once at start-up."""
    kinds.register(
        kinds.Kind(DUE_CHECKS, gettext_lazy("To an owner: articles are due for a check"), compose, kept_for=KEPT_FOR)
    )


def post_due_letters(*, today: date | None = None) -> int:
    """Write to every owner who has articles due, once a calendar week; returns how many owners that concerns.

    Run daily: a day that was missed delays the letter and loses none, and the key of the week keeps it single.
    Owners without an address, and those who left, are found in the report. Cost: three queries.
    """
    today = today or timezone.localdate()
    due = figures.due_articles(today=today).filter(figures.owner_hears()).order_by()
    owners = dict(due.values_list("owner_id", "owner__email").distinct())
    languages = dict(UserProfile.objects.filter(user_id__in=owners).values_list("user_id", "preferred_language"))
    year, week, _day = today.isocalendar()
    post_all(
        NewLetter(
            kind=DUE_CHECKS,
            key=f"{DUE_CHECKS}:{owner_id}:{year}-{week:02d}",
            recipient=email,
            language=languages.get(owner_id) or settings.LANGUAGE_CODE,
            details={"owner": owner_id},
        )
        for owner_id, email in owners.items()
    )
    return len(owners)


def compose(letter: Letter) -> kinds.Content:
    """Return the words: what is due when the letter leaves. LetterIsPointless when nothing is any more."""
    owner = get_user_model().objects.filter(pk=letter.details["owner"]).first()
    articles = list(figures.due_articles().filter(owner=owner).as_cards()) if figures.hears(owner) else []
    if not articles:
        raise kinds.LetterIsPointless("nothing of this owner is due any more")
    admin = settings.SITE_URL
    context = {
        "articles": [
            (article.title, f"{admin}{reverse('wagtailadmin_pages:edit', args=[article.pk])}", article.due_on)
            for article in articles[:ARTICLES_NAMED]
        ],
        "more": max(0, len(articles) - ARTICLES_NAMED),
        "report_url": f"{admin}{reverse('kb_report_due_checks')}?owner={letter.details['owner']}",
        "site_name": settings.WAGTAIL_SITE_NAME,
        "language": letter.language,
    }
    return kinds.Content(
        subject=ngettext(
            "%(count)d of your articles is due for a check",
            "%(count)d of your articles are due for a check",
            len(articles),
        )
        % {"count": len(articles)},
        text=render_to_string("kb/letters/due_checks.txt", context),
        html=render_to_string("kb/letters/due_checks.html", context),
        reply_to=settings.SUPPORT_EMAIL,
        headers=kinds.ROBOT_HEADERS,
    )
