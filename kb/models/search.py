"""What search keeps in the database: the outbox of pages to index, the editors' synonyms and promoted results."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.lib.text import clean_line, fold

SYNONYM_MAX_WORDS = 4
# They part the phrases, and the note, of a line in a file.
SYNONYM_FILE_SIGNS = ",=#"
PROMOTION_MAX_PHRASES = 50
PROMOTION_MAX_WORDS = 8


class IndexRequest(models.Model):
    """A page whose entry in the search index may be out of date: written with the change, deleted after the commit.

    `page_id` is no foreign key: the request to forget a page outlives the page.
    """

    page_id = models.PositiveBigIntegerField(unique=True)
    requested_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("index request")
        verbose_name_plural = _("index requests")

    def __str__(self) -> str:
        return f"page {self.page_id}"


class CaredFor(models.Model):
    """Who made a line that steers search, when, and when it was changed last."""

    note = models.CharField(
        _("note"),
        max_length=200,
        blank=True,
        help_text=_("For colleagues: why it is there. Readers never see it. Not for the words themselves."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        abstract = True


class Synonym(CaredFor):
    """One line: what readers type → what the pages say. One way, because pages are the editors' words."""

    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES, default="vi")
    typed = models.CharField(
        _("what readers type"),
        max_length=200,
        help_text=_(
            "One to four words; marks and capitals do not matter. Example: quên pass. Not for slips of the finger and missing marks: search forgives those by itself."
        ),
    )
    page_words = models.CharField(
        _("what the pages say"),
        max_length=200,
        help_text=_(
            "One to four words as the articles write them. Example: đặt lại mật khẩu. Not for words that no article holds: they find nothing."
        ),
    )
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Switched off, search does as if the line were not there.")
    )
    # Folded: two lines that differ in marks alone would be the same line twice.
    typed_key = models.CharField(max_length=400, editable=False, default="")
    page_key = models.CharField(max_length=400, editable=False, default="")

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "typed_key", "page_key"]
        constraints = [models.UniqueConstraint(fields=["language", "typed_key", "page_key"], name="unique_synonym")]

    def __str__(self) -> str:
        return f"{self.typed} → {self.page_words}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._take_keys()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self._take_keys()
        problems: dict[str, Any] = {}
        for name in ("typed", "page_words"):
            if problem := _problem_of(getattr(self, name)):
                problems[name] = problem
        if not problems and self.typed_key == self.page_key:
            problems["page_words"] = _("These are the same words; marks make no difference. The line would do nothing.")
        if problems:
            raise ValidationError(problems)

    def validate_constraints(self, exclude: Any = None) -> None:
        # The keys are no fields of a form, so Django would leave the constraint to the database.
        twin = self.twin()
        if twin is not None:
            sentence = (
                _("This line is there already: “%(line)s”.")
                if twin.is_active
                else _("This line is there already, but switched off: “%(line)s”. Switch it on instead.")
            )
            raise ValidationError({"typed": ValidationError(sentence, code="unique", params={"line": str(twin)})})
        super().validate_constraints(exclude=exclude)

    def twin(self) -> Synonym | None:
        """Return another line that says the same. Cost: one query."""
        self._take_keys()
        same = Synonym.objects.filter(language=self.language, typed_key=self.typed_key, page_key=self.page_key)
        return same.exclude(pk=self.pk).first()

    def _take_keys(self) -> None:
        self.typed, self.page_words = clean_line(self.typed), clean_line(self.page_words)
        self.typed_key, self.page_key = fold(self.typed), fold(self.page_words)


def _problem_of(phrase: str) -> Any:
    """Return what is wrong with one side of a synonym line, None if nothing is."""
    if len(phrase.split()) > SYNONYM_MAX_WORDS:
        return gettext("At most %(count)d words; this has more.") % {"count": SYNONYM_MAX_WORDS}
    if any(sign in phrase for sign in SYNONYM_FILE_SIGNS):
        return gettext("Without comma, = and #: they part the lines of a file. Make a line of its own for each phrase.")
    if not any(character.isalnum() for character in phrase):
        return gettext("This needs letters or digits.")
    return None


class PhraseMatching(models.TextChoices):
    """When a phrase of a promotion counts as searched for."""

    WHOLE = "whole", _("The search is exactly one of the phrases")
    WITHIN = "within", _("One of the phrases stands somewhere in the search")


class SearchPromotion(CaredFor):
    """A result that editors put above the others for certain searches, for as long as it holds."""

    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES, default="vi")
    phrases = models.TextField(
        _("searches that show it"),
        help_text=_(
            "One a line, in every way people say it; marks, capitals and blanks do not matter. Not for slips of the finger: search mends them first."
        ),
    )
    matching = models.CharField(_("shown when"), max_length=10, choices=PhraseMatching, default=PhraseMatching.WHOLE)
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A published page of the same language. While it is not public, nothing is shown."),
    )
    address = models.CharField(
        _("or an address"),
        max_length=500,
        blank=True,
        help_text=_("For what is no page here: /vi/orders/ or https://… Not together with a page."),
    )
    title = models.CharField(
        _("title"), max_length=120, blank=True, help_text=_("Empty: the title of the page. An address needs one.")
    )
    text = models.CharField(
        _("sentence below it"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the short answer of the article. Not for advertising: who searches help wants an answer."),
    )
    position = models.PositiveSmallIntegerField(
        _("order of promoted results"),
        default=10,
        help_text=_("Where several fit, lower numbers come first; at most three are shown."),
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True, help_text=_("Empty: at once."))
    ends_at = models.DateTimeField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Empty: until somebody takes it away. Set it for whatever passes."),
    )
    # Phrases and titles without marks, for the list in the admin.
    search_text = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("promoted result")
        verbose_name_plural = _("promoted results")
        ordering = ["language", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address="") | ~models.Q(title=""), name="kb_promoted_address_has_a_title"
            )
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.phrase_list[:3])} → {self.shown_title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = fold(clean_line(f"{self.phrases} {self.shown_title} {self.text} {self.note}"))
        super().save(*args, **kwargs)

    @property
    def phrase_list(self) -> list[str]:
        """Return the phrases, each once."""
        unique = {fold(line): line for line in map(clean_line, reversed(self.phrases.splitlines())) if line}
        return list(unique.values())[::-1]

    @property
    def shown_title(self) -> str:
        """Return the title as readers see it."""
        return self.title or (self.page.title if self.page else self.address)

    def clean(self) -> None:
        problems: dict[str, Any] = {}
        if problem := self._problem_of_phrases():
            problems["phrases"] = problem
        if bool(self.page_id) == bool(self.address):
            problems["address"] = _("Choose a page or give an address, one of the two.")
        elif self.address and not self.title:
            problems["title"] = _("An address needs a title.")
        if self.address and not _is_safe_address(self.address):
            problems["address"] = _("Begin with / for a page of this site or with https:// for another one.")
        if self.page and self.page.locale.language_code != self.language:
            problems["page"] = _("This page is written in another language than the searches.")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            problems["ends_at"] = _("The end lies before the beginning.")
        if problems:
            raise ValidationError(problems)
        self.phrases = "\n".join(self.phrase_list)

    def _problem_of_phrases(self) -> str | None:
        phrases = self.phrase_list
        if not any(character.isalnum() for character in "".join(phrases)):
            return gettext("Give at least one search.")
        if len(phrases) > PROMOTION_MAX_PHRASES:
            return gettext("At most %(count)d searches for one promoted result.") % {"count": PROMOTION_MAX_PHRASES}
        too_long = next((one for one in phrases if len(one.split()) > PROMOTION_MAX_WORDS), None)
        if too_long:
            values = {"phrase": too_long[:60], "count": PROMOTION_MAX_WORDS}
            return gettext("“%(phrase)s” has more than %(count)d words.") % values
        return None


def _is_safe_address(address: str) -> bool:
    is_clean = not any(character.isspace() or character in '\\"<>' for character in address)
    return is_clean and (address.startswith("https://") or (address.startswith("/") and not address.startswith("//")))
