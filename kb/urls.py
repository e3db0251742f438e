"""Addresses of kb; the portal mounts them below the language. Articles and categories are pages of Wagtail's tree."""

from django.urls import URLPattern, URLResolver, path, re_path

from kb.views import feedback, feeds, help_pages, parts, products, search, suggestions
from portal.lib import converters  # noqa: F401 - <row:...>

urlpatterns: list[URLPattern | URLResolver] = [
    path("help/feedback/<row:page_id>/", feedback.vote, name="article_vote"),
    path("help/feedback/<row:page_id>/thanks/", feedback.details, name="article_vote_details"),
    # Wagtail's own pattern, so that the slash at the end is treated alike; the index itself is Wagtail's.
    re_path(r"^help/((?:[\w\-]+/)+)$", help_pages.help_page, name="help_page"),
    re_path(r"^help/((?:[\w\-]+/)+)index\.md$", help_pages.markdown_twin, name="markdown_twin"),
    path("search/", search.results, name="search"),
    path("search/click/", search.click, name="search_click"),
    path("search/suggestions/", suggestions.suggestions, name="search_suggestions"),
    path("feeds/help.atom", feeds.help_feed, name="help_feed"),
    path("feeds/categories/<slug:code>.atom", feeds.category_feed, name="category_feed"),
    path("products/", products.product_list, name="product_list"),
    path("products/compare/", products.product_compare, name="product_compare"),
    path("products/parts/", parts.spare_parts, name="spare_parts"),
    path("products/<slug:slug>/", products.product_detail, name="product_detail"),
    path(
        "products/<slug:slug>/maintenance.ics",
        products.product_maintenance_calendar,
        name="product_maintenance_calendar",
    ),
]
