"""The editors' handbook inside the admin, in the language of whoever reads it; its texts are kb/handbook/*.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nh3
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from kb.slugs import ascii_slug
from portal.lib.languages import active_language

FOLDER = Path(__file__).resolve().parent.parent / "handbook"
# Vietnamese is the source.
SOURCE_LANGUAGE = "vi"
_HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


@dataclass(frozen=True)
class Handbook:
    """The handbook in one language: clean HTML, and (anchor, title) of its chapters."""

    html: SafeString
    chapters: tuple[tuple[str, str], ...]


@cache
def handbook_in(language: str) -> Handbook:
    """Return the handbook in `language`, else the Vietnamese one. Read once in the life of a process."""
    file = FOLDER / f"{language}.md"
    source = (file if file.exists() else FOLDER / f"{SOURCE_LANGUAGE}.md").read_text(encoding="utf-8")
    html = nh3.clean(MarkdownIt("commonmark", {"html": False}).enable("table").render(source))
    chapters: list[tuple[str, str]] = []

    def anchored(found: re.Match[str]) -> str:
        anchor = ascii_slug(found[1])
        chapters.append((anchor, found[1]))
        return f'<h2 id="{anchor}" class="w-h2">{found[1]}</h2>'

    html = _HEADING.sub(anchored, html).replace("<table>", '<table class="listing">')
    return Handbook(mark_safe(html), tuple(chapters))  # noqa: S308 - our own text, cleaned


@require_safe
def handbook(request: HttpRequest) -> HttpResponse:
    """Show the handbook to whoever may enter the admin."""
    language = active_language()
    return TemplateResponse(
        request,
        "kb/editing/handbook.html",
        {
            "page_title": _("Editor's handbook"),
            "header_title": _("Editor's handbook"),
            "header_icon": "help",
            "handbook": handbook_in(language),
        },
    )


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [path("handbook/", handbook, name="kb_handbook")]


@hooks.register("register_help_menu_item")
def handbook_menu_item() -> MenuItem:
    return MenuItem(
        gettext_lazy("Editor's handbook"), reverse("kb_handbook"), name="handbook", icon_name="help", order=10
    )


@hooks.register("construct_help_menu")
def keep_help_at_home(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out Wagtail's links to pages of other sites: they are English, and news for whoever runs the site."""
    items[:] = [item for item in items if item.url.startswith(("/", "#"))]
