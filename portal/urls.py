"""The site map of the product: what is asked for without a language first, then the pages below `/vi/` and `/en/`."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal import pages_api, views
from portal.account_views import account, data, download, erase
from portal.api import api
from portal.home_route import home
from portal.sitemaps import sitemaps

urlpatterns = [
    path("", views.choose_language, name="choose_language"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.prometheus, name="metrics"),
    path("robots.txt", views.robots, name="robots"),
    path("llms.txt", views.llms, name="llms"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": sitemaps}, name="sitemap"),
    path("favicon.ico", views.favicon, name="favicon"),
    # Wagtail's own sign-in form knows neither codes nor second factors.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    # Wagtail's test of an alarm that we do not have: an error for whoever asks.
    path("admin/failwhale/", views.missing),
    path("admin/", include(wagtailadmin_urls)),
    re_path(r"^documents/(\d+)/(.*)$", views.document),
    path("documents/authenticate_with_password/<int:restriction_id>/", views.collection_password),
    path("documents/", include(wagtaildocs_urls)),
    path("api/v1/", api.urls),
    path("api/v3/", pages_api.urls),
    # Pictures as Wagtail cut them; originals stay inside, documents go through their view and its permissions.
    path("media/images/<path:path>", views.picture, name="picture"),
]

urlpatterns += i18n_patterns(
    # Wagtail serves it like every page of the tree; only the way there is known.
    path("", home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("notices/dismiss/", views.dismiss_notice, name="dismiss_notice"),
    path("account/", account, name="account"),
    path("account/data/", data, name="account_data"),
    path("account/data/download/", download, name="account_data_download"),
    path("account/data/erase/", erase, name="account_erase"),
    path("", include("kb.urls")),
    path("", include("tracking.urls")),
    path("", include("personalization.urls")),
    path("", include("support.urls")),
    # In the place of Wagtail's own, which the next line would bring.
    path("_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/", views.page_password),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)
