"""In the admin: pages as any combination of segments, or a made-up customer, sees them, and the report who sees what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.blocks import StreamValue
from wagtail.models import Page

from personalization import facts
from personalization.blocks import is_aimed
from personalization.facts import CodesRule, CountRule, DaysRule, FactRule, FlagRule
from personalization.segments.models import Segment
from personalization.segments.personas import Persona
from personalization.segments.selectors import all_compiled, labels, sentence
from portal.aiming import aimable_pages, aimed_things, unused_among
from portal.models import HomePage

PREVIEW, PREVIEWED, REPORT = "portal_preview_as", "portal_preview_as_page", "portal_aimed_report"
MOST_NUMBER = 9999


def may_look(request: HttpRequest) -> bool:
    """Say whether the user may read segments, and so what is aimed at them."""
    return request.user.has_perm("personalization.view_segment")


class PersonaForm(forms.Form):
    """Who to look as; all of it stands in the address, so that it can be shared."""

    page = forms.TypedChoiceField(label=gettext_lazy("Page"), coerce=int)
    segments = forms.TypedMultipleChoiceField(
        label=gettext_lazy("As a member of"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Any combination, whether anybody belongs to all of them or not."),
    )
    day = forms.DateField(
        label=gettext_lazy("On the day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("For a made-up customer: which segments are on. Empty: today."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Keys are compared as text, so that a number no database holds is a wrong choice and no error.
        self.fields["page"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, see above
            (page.pk, f"{page.get_admin_display_title()} ({page.locale.language_code})") for page in aimable_pages()
        ]
        known = sorted((found.segment.name, pk) for pk, found in all_compiled().items())
        self.fields["segments"].choices = [(pk, name) for name, pk in known]  # type: ignore[attr-defined]  # likewise
        self._rules = dict(_askable())
        for key, rule in self._rules.items():
            self.fields.update({f"{key}{suffix}": field for suffix, field in _fields_of(rule)})

    @property
    def first_fields(self) -> list[Any]:
        return [self[name] for name in ("page", "segments", "day")]

    @property
    def fact_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in ("page", "segments", "day")]

    @property
    def has_facts(self) -> bool:
        """Whether anything is said about a made-up customer."""
        return any(self.data.get(field.html_name) for field in self.fact_fields)

    def persona(self) -> Persona:
        """Return the persona of the valid form."""
        data = self.cleaned_data
        measures = {key: _measure(rule, data.get(key), data.get(f"{key}-days")) for key, rule in self._rules.items()}
        return Persona(
            segment_ids=frozenset(data["segments"]),
            measures={key: measure for key, measure in measures.items() if measure},
            day=data["day"],
        )


class AudienceView(WagtailAdminTemplateMixin, TemplateView):
    """What the pages about segments share: who may open them, and where they stand."""

    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_look(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class PreviewView(AudienceView):
    """The form, which segments the persona belongs to, and the page in a frame."""

    page_title = gettext_lazy("Preview as …")
    header_icon = "view"
    template_name = "portal/admin/preview_as.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = PersonaForm(self.request.GET if "page" in self.request.GET else None)
        context = {**super().get_context_data(**kwargs), "form": form}
        if not form.is_bound or not form.is_valid():
            return context
        belongs_to = Segment.objects.filter(pk__in=form.persona().belongs_to())
        return {
            **context,
            "belongs_to": [(segment.name, sentence(segment)) for segment in belongs_to],
            "frame_url": f"{reverse(PREVIEWED)}?{self.request.GET.urlencode()}",
        }


@method_decorator(xframe_options_sameorigin, name="dispatch")
class PreviewedPageView(View):
    """The page itself, with its latest draft for whoever may edit it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PersonaForm(request.GET)
        if not may_look(request):
            raise PermissionDenied
        if not form.is_valid():
            return HttpResponse(_("Choose anew who to look as."), status=400, content_type="text/plain; charset=utf-8")
        page = Page.objects.get(pk=form.cleaned_data["page"]).specific
        if page.permissions_for_user(request.user).can_edit():
            page = page.get_latest_revision_as_object()
        response: HttpResponse = page.make_preview_request(request, "", {"persona": form.persona()})
        return response


class AimedReportView(AudienceView):
    """Which page shows what to whom, and what everybody else sees there."""

    page_title = gettext_lazy("Who sees what")
    header_icon = "group"
    template_name = "portal/admin/aimed_report.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        things = aimed_things()
        return {**super().get_context_data(**kwargs), "things": things, "unused": unused_among(things)}


def _askable() -> Iterator[tuple[str, FactRule]]:
    return ((fact.key, fact.rule) for fact in facts.facts() if fact.rule is not None)


def _fields_of(rule: FactRule) -> Iterator[tuple[str, forms.Field]]:
    """Give the fields of one fact, each with what its name ends in."""
    if isinstance(rule, FlagRule):
        yield "", forms.BooleanField(label=str(rule.label), required=False)
    elif isinstance(rule, CountRule):
        yield "", forms.IntegerField(label=str(rule.label), required=False, min_value=0, max_value=MOST_NUMBER)
    elif isinstance(rule, CodesRule | DaysRule):
        known = [(code, text) for code, text in labels().get(rule.choices, {}).items()]
        yield "", forms.MultipleChoiceField(label=str(rule.label), required=False, choices=known)
        if isinstance(rule, DaysRule):
            label = _("%(fact)s: in how many days") % {"fact": rule.label}
            yield "-days", forms.IntegerField(label=label, required=False, min_value=0, max_value=rule.most_days)


def _measure(rule: FactRule, value: Any, days: int | None) -> Any:
    if isinstance(rule, DaysRule):
        return dict.fromkeys(value, days or 0)
    return frozenset(value) if isinstance(rule, CodesRule) else value


class AudienceMenuItem(MenuItem):
    """Shown to those who may read segments."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_look(request)


@hooks.register("register_reports_menu_item")
def report_menu_item() -> MenuItem:
    return AudienceMenuItem(gettext_lazy("Who sees what"), reverse(REPORT), name=REPORT, icon_name="group", order=195)


def _may_differ(page: Page) -> bool:
    body = getattr(page, "body", None)
    return isinstance(page, HomePage) or (isinstance(body, StreamValue) and is_aimed(body))


@hooks.register("register_page_header_buttons")
def preview_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from the editor of a page that may look different to some to its preview as anybody."""
    if view_name == "edit" and user.has_perm("personalization.view_segment") and _may_differ(page.specific):
        url = f"{reverse(PREVIEW)}?page={page.pk}"
        yield Button(_("Preview as …"), url=url, icon_name="view", priority=60)


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("segments/preview/", PreviewView.as_view(), name=PREVIEW),
        path("segments/preview/page/", PreviewedPageView.as_view(), name=PREVIEWED),
        path("reports/segments/", AimedReportView.as_view(), name=REPORT),
    ]
