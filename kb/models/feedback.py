"""What readers tell about an article: votes, who wants to hear when it is mended, how often it is read."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb.models.articles import ArticlePage

COMMENT_MAX_LENGTH = 500
QUERY_MAX_LENGTH = 200


class VoteReason(models.TextChoices):
    """Why an article did not help."""

    WRONG = "wrong", _("Something in it is wrong")
    OUTDATED = "outdated", _("It does not match my appliance or version")
    UNCLEAR = "unclear", _("I did not understand it")
    INCOMPLETE = "incomplete", _("A step or a piece of information is missing")
    OTHER_QUESTION = "other_question", _("It answers another question")
    DISLIKE_RULE = "dislike_rule", _("I understood it, but I do not like the rule")


class ArticleVoteQuerySet(models.QuerySet["ArticleVote"]):
    """Reads of votes."""

    def of_live_text(self) -> "ArticleVoteQuerySet":
        """Keep the votes about what readers find now."""
        return self.filter(revision_id=models.F("page__live_revision_id"))


class ArticleVote(models.Model):
    """One visitor's answer to "Did this help?", bound to the revision they read: a rewrite starts clean."""

    page = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="votes", verbose_name=_("article"))
    # No constraint in the database: the vote outlives its revision when old revisions are purged.
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    # A keyed hash, another for each article; neither an account nor an address nor a reading list can be read from it.
    visitor_key = models.CharField(max_length=64)
    is_helpful = models.BooleanField(_("helped"))
    reason = models.CharField(_("reason"), max_length=20, choices=VoteReason, blank=True)
    comment = models.TextField(_("comment"), max_length=COMMENT_MAX_LENGTH, blank=True)
    query = models.CharField(_("search that led here"), max_length=QUERY_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)

    objects = ArticleVoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "revision", "visitor_key"], name="one_vote_of_a_visitor_for_each_revision"
            ),
            # Rows without a revision (published by a program) are all different to a database.
            models.UniqueConstraint(
                fields=["page", "visitor_key"],
                condition=models.Q(revision=None),
                name="one_vote_of_a_visitor_without_revision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {'+' if self.is_helpful else '-'}"

    @property
    def answer_label(self) -> str:
        """Return the answer in the reader's language."""
        return gettext("It helped") if self.is_helpful else gettext("It did not help")


class FixSubscription(models.Model):
    """Somebody who wants one mail when the article is republished; the row goes when that mail is posted."""

    page = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="fix_subscriptions")
    email = models.EmailField(_("e-mail"), db_index=True, help_text=_("In lower case."))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("subscription to a correction")
        verbose_name_plural = _("subscriptions to corrections")
        constraints = [models.UniqueConstraint(fields=["page", "email"], name="one_subscription_for_each_page")]

    def __str__(self) -> str:
        return f"{self.page_id}"


class ArticleViews(models.Model):
    """How often an article was read on a day; nobody who read it can be told from it."""

    page = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="daily_views")
    day = models.DateField(_("day"), db_index=True)
    count = models.PositiveIntegerField(_("views"), default=0)

    class Meta:
        verbose_name = _("views of a day")
        verbose_name_plural = _("views of days")
        constraints = [models.UniqueConstraint(fields=["page", "day"], name="one_row_of_views_for_each_day")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.day}: {self.count}"
