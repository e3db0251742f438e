"""Pages of rules that change on a day: every text that was ever in force stays readable."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, Revision
from wagtail.search import index

from kb.models.articles import ArticleForm, ArticlePage
from kb.policies import days, reading, rules

SUMMARY_MAX_LENGTH = 240


class PolicyKind(models.TextChoices):
    """What a policy rules."""

    PRICE = "price", _("Prices")
    RETURN = "return", _("Returns")
    WARRANTY = "warranty", _("Warranty")
    DELIVERY = "delivery", _("Delivery")
    PRIVACY = "privacy", _("Personal data")


class PolicyForm(ArticleForm):
    """The editor's form of a policy: refuses days that would change what customers were promised."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Meant for one publication; the next one is asked again.
        self.initial["is_backdating_meant"] = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        # A draft may hold any day; it is judged when the text is to be published or reviewed.
        if self.is_deferred_validation or not data.get("in_force_from"):
            return data
        versions = rules.versions_of(self.instance)
        try:
            rules.check_day(data["in_force_from"], versions, is_backdating_meant=bool(data.get("is_backdating_meant")))
        except ValidationError as problem:
            self.add_error("in_force_from", problem)
            return data
        if rules.is_new_version(data["in_force_from"], versions) and versions and not data.get("change_summary"):
            self.add_error("change_summary", _("Say in one sentence what changes for the customer."))
        return data


class PolicyPage(ArticlePage):
    """The rules of one subject, as they stand; older and planned texts are read at the same address with `?on=`.

    Publishing with a new day makes a new version; with the day of the version in force, it corrects that version.
    A day to come is kept until its midnight, even though the text is approved before.
    """

    policy_kind = models.CharField(
        _("what it rules"), max_length=10, choices=PolicyKind, help_text=_("One page for each subject and language.")
    )
    in_force_from = models.DateField(
        _("in force from"),
        default=days.today,
        help_text=_(
            "Today or a day to come: the text changes at midnight then. Leave the day as it is to correct a mistake in the present text: no new version is made."
        ),
    )
    change_summary = models.CharField(
        _("what changes"),
        max_length=SUMMARY_MAX_LENGTH,
        blank=True,
        help_text=_("One sentence that a customer understands. Not for the first version and not for corrections."),
    )
    is_backdating_meant = models.BooleanField(
        _("the day is meant to be in the past"),
        default=False,
        help_text=_("Only when the rule was announced elsewhere and really held since then."),
    )

    base_form_class = PolicyForm
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("policy_kind"),
                FieldPanel("in_force_from"),
                FieldPanel("change_summary"),
                FieldPanel("is_backdating_meant"),
            ],
            heading=_("Version"),
            help_text=_(
                "While a planned version waits, the page is locked: cancel the plan to correct the present text."
            ),
        ),
        *ArticlePage.content_panels[len(Page.content_panels) :],
    ]
    # Wagtail's own times of publishing would contradict the day of the version.
    settings_panels: list[Any] = []
    parent_page_types = ["kb.CategoryPage"]
    subpage_types: list[str] = []
    # A copy or a translation begins its own history.
    exclude_fields_in_copy = [*ArticlePage.exclude_fields_in_copy, "change_summary", "is_backdating_meant"]
    search_fields = [*ArticlePage.search_fields, index.FilterField("policy_kind")]

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def clean(self) -> None:
        super().clean()
        self.go_live_at = days.midnight_of(self.in_force_from) if self.is_planned else None

    @property
    def is_planned(self) -> bool:
        """Return whether the text, as it is in memory, is for a day to come; a draft may have no day yet."""
        return self.in_force_from is not None and self.in_force_from > days.today()

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        """Publish now, or plan for the midnight of a day to come; a day that passed in review becomes today."""
        rules.settle_day(self, revision)
        super().publish(revision, *args, **kwargs)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> TemplateResponse:
        """Show the text in force now, or the one asked for by `?on=YYYY-MM-DD`."""
        shown = self if getattr(request, "is_preview", False) else reading.open_policy(self, request)
        return super(PolicyPage, shown).serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "reading": getattr(self, "reading", None)}


class PolicyVersion(models.Model):
    """A text that was published as a policy, for ever: neither page nor revision can be deleted under it.

    Several rows of one day are corrections of one version; the last of them is its text.
    """

    page = models.ForeignKey(PolicyPage, on_delete=models.PROTECT, related_name="versions", verbose_name=_("policy"))
    revision = models.OneToOneField("wagtailcore.Revision", on_delete=models.PROTECT, related_name="+")
    in_force_from = models.DateField(_("in force from"))
    change_summary = models.CharField(_("what changes"), max_length=SUMMARY_MAX_LENGTH, blank=True)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        ordering = ["in_force_from", "published_at", "pk"]
        indexes = [models.Index(fields=["page", "in_force_from"], name="policy_version_by_day")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.in_force_from:%Y-%m-%d}"

    @property
    def day(self) -> date:
        """Return the first day on which the text is in force."""
        return self.in_force_from
