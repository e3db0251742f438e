"""The home page: its words are the editors', its modules come from the registry."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester, PageViewRestriction

from kb.services import keep_for_everybody
from personalization.segments.previews import look_as_in_mode, segment_modes
from personalization.selectors import modules_for
from personalization.visitor import visitor_of
from portal.blocks import HomeBodyBlock
from portal.lib.slug_input import ascii_slug_input

# What is popular changes with every page that is read, and nothing tells it. As long as personal pages keep it.
KEPT_SECONDS = 60
# What is looked at without a wish for more: three rows on a desk. Behind them the other boxes wait folded, by name; one or
# two are not worth the fold.
FRONT_BOXES = 9
MOST_BOXES = 11


class HomePageForm(WagtailAdminPageForm):
    """The editor's form of a home page."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].widget = ascii_slug_input(self.instance.locale)


class HomePagePermissions(PagePermissionTester):
    """Whoever may change a home page may not take the site off the air with it: that is for who may delete its tree."""

    def can_unpublish(self) -> bool:
        return super().can_unpublish() and self._may_take_away()

    def can_move(self) -> bool:
        return super().can_move() and self._may_take_away()

    def _may_take_away(self) -> bool:
        return self.user.is_superuser or "bulk_delete" in self.permissions


class HomePage(Page):
    """The door of the site, one for each language."""

    headline = models.CharField(
        _("headline"), max_length=120, blank=True, help_text=_("The question above the search box.")
    )
    intro = models.CharField(
        _("introduction"), max_length=240, blank=True, help_text=_("One sentence below the headline.")
    )

    body = StreamField(
        HomeBodyBlock(),
        verbose_name=_("content"),
        blank=True,
        help_text=_("Stands above the boxes, which come by themselves. Not for what only holds for some days."),
    )

    base_form_class = HomePageForm
    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("intro"), FieldPanel("body")]
    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    # By string: the help index is found by name, as it names us.
    subpage_types = ["kb.HelpIndexPage"]
    template = "portal/home_page.html"

    _view_restrictions: QuerySet[PageViewRestriction] | None = None

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the modules that `request.visitor` sees; the page has the large search box, so the header needs none."""
        # It reads the models, of which this is one.
        from portal.experiments.running import home_order

        visitor = visitor_of(request)
        modules = modules_for(visitor, default_order=home_order())
        front = FRONT_BOXES if len(modules) > MOST_BOXES else len(modules)
        return {
            **super().get_context(request, *args, **kwargs),
            "visitor": visitor,
            "modules": modules,
            "front_modules": modules[:front],
            "further_modules": modules[front:],
            "hide_header_search": True,
        }

    def permissions_for_user(self, user: Any) -> HomePagePermissions:
        return HomePagePermissions(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let the page be kept for whoever brings nothing personal; a visitor who does is never answered from there."""
        response = super().serve(request, *args, **kwargs)
        keep_for_everybody(response, seconds=KEPT_SECONDS)
        return response

    def read_view_restrictions(self) -> None:
        """Read who may see this page, for whoever keeps it (portal/home_route.py): it is not asked for again."""
        self._view_restrictions = super().get_view_restrictions()
        len(self._view_restrictions)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        return super().get_view_restrictions() if self._view_restrictions is None else self._view_restrictions

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Offer the page as everybody else sees it, and as members of each segment that it is aimed at."""
        return [("", _("As everybody else")), *segment_modes(self.body)]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """Show the page to the persona of the preview, by its mode or as portal.audience_admin says."""
        look_as_in_mode(mode_name, request)
        return super().serve_preview(request, mode_name)
