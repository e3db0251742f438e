"""The public API: each app brings a router, this file mounts them."""

from ninja import NinjaAPI

from kb.api import router as kb_router

api = NinjaAPI(title="Portal API", version="1", docs_url="docs", openapi_url="openapi.json")
api.add_router("", kb_router)
