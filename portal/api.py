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
        operations = [
            {"method": method.upper(), "path": path, **operation}
            for path, methods in api.get_openapi_schema(path_params=kwargs)["paths"].items()
            for method, operation in methods.items()
        ]
        context = {"operations": operations, "openapi_url": self.get_openapi_url(api, kwargs)}
        return render(request, "portal/api_docs.html", context)


api = NinjaAPI(title="Portal API", version="1", docs=DocsPage(), docs_url="docs", openapi_url="openapi.json")
api.add_router("", kb_router)
