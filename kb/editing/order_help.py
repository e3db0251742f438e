"""The map from orders to articles in the admin, and the table of what it does not cover yet."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from kb.models import OrderHelp
from kb.selectors.order_help import COVERAGE_DAYS, CoverageCell, coverage
from personalization.registry import choices
from personalization.situations import reason_choices, state_choices
from portal.lib.languages import active_language

COVERAGE = "kb_order_help_coverage"


class OrderHelpForm(WagtailAdminModelForm):
    """Offers the states, reasons and products that there are."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = {
            "state": state_choices(),
            "reason": reason_choices(),
            "product_code": choices("products", active_language()),
        }
        for name, known in offered.items():
            field = self.fields[name]
            current = getattr(self.instance, name)
            options = [(choice.code, choice.label) for choice in known]
            if current and current not in dict(options):
                # Of a product that is gone: shown as it is, so that saving something else does not change it.
                options.append((current, current))
            self.fields[name] = forms.ChoiceField(
                choices=[("", "---------"), *options],
                required=field.required,
                label=field.label,
                help_text=field.help_text,
            )


class OrderHelpCreateView(CreateView):
    """Begins with what the coverage table asked for."""

    def get_initial(self) -> dict[str, Any]:
        asked = {name: self.request.GET.get(name, "")[:40] for name in ("state", "reason", "product_code")}
        return {**super().get_initial(), **{name: value for name, value in asked.items() if value}}


class OrderHelpViewSet(SnippetViewSet):
    """Which article helps with an order that is like this."""

    model = OrderHelp
    icon = "help"
    menu_label = gettext_lazy("Help for orders")
    menu_order = 216
    add_to_admin_menu = True
    add_view_class = OrderHelpCreateView
    list_display = [
        Column("situation", label=gettext_lazy("State, reason, product"), accessor=lambda line: str(line.situation)),
        Column("article", label=gettext_lazy("Article"), accessor="article.title"),
        Column("language", label=gettext_lazy("Language"), accessor="article.locale.language_code"),
    ]
    edit_handler = ObjectList(
        [FieldPanel("state"), FieldPanel("reason"), FieldPanel("product_code"), FieldPanel("article")],
        base_form_class=OrderHelpForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderHelp]:
        return OrderHelp.objects.select_related("article__locale")


register_snippet(OrderHelpViewSet)


class CoverageView(WagtailAdminTemplateMixin, TemplateView):
    """What orders came into lately, with what helps there; what nothing helps with comes first."""

    _show_breadcrumbs = True
    page_title = gettext_lazy("Help for orders: what is covered")
    header_icon = "help"
    template_name = "kb/editing/order_help_coverage.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm("kb.view_orderhelp"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def header_buttons(self) -> list[HeaderButton]:
        lines = reverse(OrderHelpViewSet().get_url_name("list"))
        return [HeaderButton(_("All lines"), url=lines, icon_name="list-ul")]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cells = coverage()
        return {
            **super().get_context_data(**kwargs),
            "rows": [(cell, _mend_url(cell, self.request)) for cell in cells],
            "empty_count": sum(not cell.titles for cell in cells),
            "days": COVERAGE_DAYS,
        }


def _mend_url(cell: CoverageCell, request: HttpRequest) -> str:
    """Return where this user can give the cell an article or change the line that gives it one; empty if nowhere."""
    urls = OrderHelpViewSet()
    if cell.help_id:
        return (
            reverse(urls.get_url_name("edit"), args=[cell.help_id])
            if request.user.has_perm("kb.change_orderhelp")
            else ""
        )
    situation = cell.situation
    parts = {"state": situation.state, "reason": situation.reason, "product_code": situation.product_code}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{reverse(urls.get_url_name('add'))}?{query}" if request.user.has_perm("kb.add_orderhelp") else ""


class CoverageMenuItem(MenuItem):
    """Shown to those who may read the map."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("kb.view_orderhelp"))


@hooks.register("register_reports_menu_item")
def coverage_menu_item() -> MenuItem:
    return CoverageMenuItem(
        gettext_lazy("Help for orders: what is covered"), reverse(COVERAGE), name=COVERAGE, icon_name="help", order=190
    )


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [path("reports/help/orders/", CoverageView.as_view(), name=COVERAGE)]
