"""Experiments in the admin: what is compared, begin and stop, and what the counts say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet

from personalization.experiments import LEAST_PAIRS, A, B, Count, Result, wilson
from portal.experiments import services
from portal.models import Experiment
from portal.models.experiments import ExperimentKind


class ExperimentForm(WagtailAdminModelForm):
    """The form; once it has begun only the name may change, or the counts would be about two things."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.started_on is not None:
            for name, form_field in self.fields.items():
                form_field.disabled = name != "name"


@dataclass(frozen=True)
class VariantRow:
    """One variant in the table of results."""

    name: str
    what: str
    count: Count

    @property
    def percent(self) -> str:
        """Return the share that was opened with the interval of the share alone, "5.2 % (4.6–5.9 %)"."""
        if not self.count.seen:
            return "–"
        interval = wilson(self.count)
        # No line ends before the sign.
        return f"{_percent(self.count.rate)}\N{NO-BREAK SPACE}% ({_percent(interval.low)}–{_percent(interval.high)}\N{NO-BREAK SPACE}%)"


class ExperimentResultView(InspectView):
    """What an experiment says, with the buttons that begin and stop it."""

    page_title = gettext_lazy("Result")
    template_name = "portal/admin/experiment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        experiment: Experiment = self.object
        result = services.result_of(experiment)
        return {
            **super().get_context_data(**kwargs),
            "experiment": experiment,
            "result": result,
            "verdict": verdict(experiment, result),
            "variants": _variants(experiment, result) if result else [],
            "difference": _difference(result) if result else "",
            "days": experiment.days.all(),
            "may_change": self.request.user.has_perm("portal.change_experiment"),
            "start_url": reverse("experiments:start", args=[experiment.pk]),
            "stop_url": reverse("experiments:stop", args=[experiment.pk]),
        }


class ExperimentCreateView(CreateView):
    """Leads on to where the experiment is begun."""

    def get_success_url(self) -> str:
        return reverse("experiments:inspect", args=[self.object.pk])


class ExperimentMoveView(ExperimentResultView):
    """Begins or stops an experiment and goes back to its result."""

    http_method_names = ["post"]
    move = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("portal.change_experiment"):
            raise PermissionDenied
        if self.move == "stop":
            services.stop(self.object)
            messages.success(request, _("Stopped. Everybody sees variant A again."))
        else:
            try:
                services.start(self.object)
                messages.success(request, _("It begins at midnight, with a whole day."))
            except services.CannotStart as error:
                messages.error(request, str(error))
        return redirect("experiments:inspect", self.object.pk)


class ExperimentViewSet(ModelViewSet):
    """Two variants of a notice, or of the order of the boxes on the home page."""

    model = Experiment
    icon = "view"
    menu_label = gettext_lazy("Experiments")
    menu_order = 234
    add_to_admin_menu = True
    name = "experiments"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = ExperimentResultView
    add_view_class = ExperimentCreateView
    search_backend_name = None
    search_fields = ["name"]
    list_display = [
        "name",
        Column("kind", label=gettext_lazy("What is compared"), accessor="get_kind_display"),
        DateColumn("started_on", label=gettext_lazy("First day")),
        DateColumn("stopped_on", label=gettext_lazy("Stopped")),
        TitleColumn(
            "verdict",
            label=gettext_lazy("Result"),
            accessor=lambda one: verdict(one, services.result_of(one)),
            get_url=lambda one: reverse("experiments:inspect", args=[one.pk]),
        ),
    ]
    edit_handler = ObjectList(
        [
            HelpPanel(
                content=format_lazy(
                    "<p>{}</p>",
                    gettext_lazy(
                        "One day everybody sees variant A, another day everybody sees B, drawn by lot in pairs of days. Nothing "
                        "is stored on any visitor. So it takes two weeks at least, and it cannot tell what a single person "
                        "did. Begin it on the page of its result."
                    ),
                )
            ),
            FieldPanel("name"),
            FieldPanel("kind"),
            MultiFieldPanel(
                [FieldPanel("notice"), FieldPanel("other_text")], heading=gettext_lazy("For the wording of a notice")
            ),
            MultiFieldPanel(
                [FieldPanel("box_1"), FieldPanel("box_2"), FieldPanel("box_3")],
                heading=gettext_lazy("For the order of the boxes"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("usual_percent"), FieldPanel("worthwhile_points")])],
                heading=gettext_lazy("How long it takes"),
            ),
        ],
        base_form_class=ExperimentForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            *(path(f"{move}/<int:pk>/", self._mover(move), name=move) for move in ("start", "stop")),
        ]

    def _mover(self, move: str) -> Any:
        return self.construct_view(ExperimentMoveView, **self.get_inspect_view_kwargs(), move=move)


def verdict(experiment: Experiment, result: Result | None) -> str:
    """Return in one sentence what may be said: never a winner before there is enough to name one."""
    if experiment.started_on is None or result is None:
        return _("Not begun.")
    if experiment.was_meddled_with:
        return _("The notice was changed or deleted after the beginning. Stop this experiment and begin another one.")
    if not result.is_enough:
        fewest = min(result.a.seen, result.b.seen)
        return _(
            "Too early to say: %(pairs)d of at least %(needed_pairs)d pairs of days, %(views)s of %(needed_views)s views of each variant."
        ) % {
            "pairs": result.pairs,
            "needed_pairs": LEAST_PAIRS,
            "views": number_format(fewest, force_grouping=True),
            "needed_views": number_format(result.needed_views, force_grouping=True),
        }
    if not result.winner:
        return _("No difference could be shown. Keep variant A.")
    return _("Variant %(winner)s is opened more often.") % {"winner": result.winner.upper()}


def _difference(result: Result) -> str:
    if result.interval is None:
        return ""
    return _("B minus A: %(points)s points; with 95 %% certainty between %(low)s and %(high)s.") % {
        "points": _points(result.difference),
        "low": _points(result.interval.low),
        "high": _points(result.interval.high),
    }


def _variants(experiment: Experiment, result: Result) -> list[VariantRow]:
    titles = dict(experiment._meta.get_field("box_1").flatchoices)
    boxes = ", ".join(titles.get(key, key) for key in experiment.other_order)
    is_order = experiment.kind == ExperimentKind.HOME_ORDER
    return [
        VariantRow(A.upper(), _("The usual order") if is_order else experiment.usual_text, result.a),
        VariantRow(B.upper(), boxes if is_order else experiment.other_text, result.b),
    ]


def _percent(share: float) -> str:
    return number_format(round(share * 100, 1), decimal_pos=1)


def _points(share: float) -> str:
    return f"{'−' if share < 0 else '+'}{_percent(abs(share))}"
