"""The knowledge base in the admin: Wagtail imports this file, which imports what registers itself."""

from kb import page_links
from kb.editing import (
    bulk,
    catalogue,
    checks,
    choosers,
    dashboard,
    exchange,
    explorer,
    feedback,
    handbook,
    policies,
    reindexing,
    reports,
    search_care,
    texts,
    thing_table,
    translations,
    unpublishing,
)

__all__ = [
    "bulk",
    "catalogue",
    "checks",
    "choosers",
    "dashboard",
    "exchange",
    "explorer",
    "feedback",
    "handbook",
    "page_links",
    "policies",
    "reindexing",
    "reports",
    "search_care",
    "texts",
    "thing_table",
    "translations",
    "unpublishing",
]
