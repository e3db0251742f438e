"""The public API: each app brings a router, this file mounts and describes them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from kb.api import router as kb_router


class DocsPage(DocsBase):
    """The description as a page of this site; ninja's own load scripts from other sites, which the policy forbids."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        operations = operations_in(api.get_openapi_schema(path_params=kwargs))
        context = {"operations": operations, "openapi_url": self.get_openapi_url(api, kwargs)}
        return render(request, "portal/api_docs.html", context)


def operations_in(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each operation of an OpenAPI description, with its method and path, for the page that shows them."""
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


api = NinjaAPI(title="Portal API", version="1", docs=DocsPage(), docs_url="docs", openapi_url="openapi.json")
api.add_router("", kb_router)
