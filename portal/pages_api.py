"""Published pages for programs: the reading half of Wagtail's own API, version 3.

Wagtail's API also writes, and shows drafts, to whoever brings a token; and it lists snippets, images and sites. Here
it offers pages alone and answers everybody alike: what is published and open to all. Who edits does so in the admin.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.api.v3.urls import api as wagtail_api

from portal.api import operations_in
from portal.lib.limits import limited

RATES = "120/m/ip"
LONGEST_NUMBER = 18
READING = frozenset({"list_pages", "find_page", "detail_page"})


def _fits_a_database(value: str) -> bool:
    """Say whether `value` can be asked for: Wagtail (8.0) hands NUL and endless numbers on, and the database fails."""
    return "\x00" not in value and not (value.isdecimal() and len(value) > LONGEST_NUMBER)


def _for_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let `view` see a stranger who only reads: no account, no token, no password of a closed page."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if limited(request, action="pages_api", rates=RATES):
            return JsonResponse({"detail": gettext("Too many requests. Try again in a minute.")}, status=429)
        if not all(_fits_a_database(value) for values in request.GET.lists() for value in values[1]):
            return JsonResponse({"detail": gettext("That is no value that could be looked for.")}, status=400)
        request.META.pop("HTTP_AUTHORIZATION", None)
        request.__dict__.pop("headers", None)  # Django keeps them after the first look; a token must not be among them
        request.user = AnonymousUser()
        request.session = {}  # type: ignore[assignment]  # read only, by the check of a closed page's password
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            # A refusal is for whoever asked: a proxy that keeps it would refuse everybody.
            patch_cache_control(response, public=True, max_age=60)
        return response

    return guarded


@require_safe
@cache_control(max_age=3_600, public=True)
def openapi(request: HttpRequest) -> JsonResponse:
    """Describe what can be read here: Wagtail's own description without the rest."""
    return JsonResponse(_schema())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page of this site."""
    context = {"operations": operations_in(_schema()), "openapi_url": reverse("wagtailapi_v3:openapi")}
    return render(request, "portal/api_docs.html", context)


def _schema() -> dict[str, Any]:
    prefix = reverse("wagtailapi_v3:list_pages").removesuffix("pages/")
    schema = wagtail_api.get_openapi_schema(path_prefix=prefix)
    offered = {f"{prefix}{str(pattern.pattern).replace('<', '{').replace('>', '}')}" for pattern in _reading_patterns()}
    paths = {address: {"get": methods["get"]} for address, methods in schema["paths"].items() if address in offered}
    return {**schema, "paths": paths, "info": {"title": "Published pages", "version": "3"}}


def _reading_patterns() -> list[URLPattern]:
    return [pattern for pattern in wagtail_api.urls[0] if pattern.name in READING]


# Under Wagtail's own name space: its views look their addresses up there.
urls = (
    [
        path("openapi.json", openapi, name="openapi"),
        path("docs", docs, name="docs"),
        *(
            path(str(pattern.pattern), _for_everybody(pattern.callback), name=pattern.name)
            for pattern in _reading_patterns()
        ),
    ],
    "ninja",
    "wagtailapi_v3",
)
