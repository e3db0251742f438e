"""The addresses for machines, and the door that picks a language."""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.static import serve
from wagtail.documents.views.serve import authenticate_with_password as authenticate_for_documents
from wagtail.documents.views.serve import serve as serve_document
from wagtail.views import authenticate_with_password

from kb.selectors import outline
from personalization.visitor import brings_nothing_personal, preferred_language
from portal import health, metrics
from portal.context_processors import LANGUAGE_NAMES
from portal.lib.limits import limited
from portal.lib.origins import is_from_own_page
from portal.lib.ranges import in_part
from portal.lib.shared_caches import share
from portal.loopback import is_direct_from_loopback
from portal.notices import remember_dismissal

SECURITY_TXT_VALID = timedelta(days=180)
# Some 60 kB of titles and addresses for each language.
LLMS_MAX_ARTICLES = 500
PAGE_UNLOCK_RATES = "10/m/ip,60/h/ip"
# The longest name that the table of renditions holds; file systems stumble over longer ones.
PICTURE_NAME_MAX_BYTES = 255


@require_safe
@never_cache
def choose_language(request: HttpRequest) -> HttpResponse:
    """Send `/` to the home page in the language the visitor stored, else the browser's, else Vietnamese."""
    response = HttpResponseRedirect(f"/{preferred_language(request)}/")
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can answer; asks nothing of database or index."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, index and queue work, else 503; says which by name."""
    checks = health.run_checks()
    is_ready = all(check.is_ok for check in checks)
    body = {"ready": is_ready, "checks": {check.name: check.detail for check in checks}}
    return JsonResponse(body, status=200 if is_ready else 503)


@require_safe
@never_cache
def prometheus(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus from loopback or with the token; a stranger learns nothing, not even that it exists."""
    if not (is_direct_from_loopback(request) or _has_metrics_token(request)):
        return HttpResponse(status=404)
    return HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE)


def _has_metrics_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())


@require_safe
@cache_control(max_age=86_400, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *(
            f"Disallow: /{code}/{part}/"
            for code, _name in settings.LANGUAGES
            for part in ("orders", "account", "accounts", "preferences", "search")
        ),
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
@cache_control(max_age=3_600, public=True)
def llms(request: HttpRequest) -> HttpResponse:
    """Tell language models what is here and how to ask it: the search API rather than crawling.

    Lists at most LLMS_MAX_ARTICLES articles of each language, each as Markdown; the sitemap has all.
    """
    outlines = [
        {"code": code, "name": LANGUAGE_NAMES[code], "topics": outline(language=code, limit=LLMS_MAX_ARTICLES)}
        for code, _name in settings.LANGUAGES
    ]
    context = {"base": settings.SITE_URL, "outlines": outlines}
    return TemplateResponse(request, "portal/llms.txt", context, content_type="text/markdown; charset=utf-8")


@require_safe
@cache_control(max_age=86_400, public=True)
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116; the expiry moves with the day, because the file is made when asked for."""
    expires = (timezone.now() + SECURITY_TXT_VALID).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{settings.SUPPORT_EMAIL}",
        f"Expires: {expires}",
        "Preferred-Languages: vi, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@csrf_exempt  # is_from_own_page instead: the form lies in pages that are kept for everybody
@require_POST
def dismiss_notice(request: HttpRequest) -> HttpResponse:
    """Put a notice away in this browser and show the page again on which it stood."""
    page = urlsplit(request.headers.get("Referer", ""))
    here = page._replace(scheme="", netloc="").geturl() if is_from_own_page(request) and page.netloc else ""
    safe = url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    response = redirect(here if here and safe else reverse("choose_language"))
    if is_from_own_page(request):
        remember_dismissal(request, response, request.POST.get("notice", ""))
    return response


@require_POST
def page_password(request: HttpRequest, page_view_restriction_id: int, page_id: int) -> HttpResponse:
    """Take the shared password of a closed page, which Wagtail lets anybody guess without end."""
    if limited(request, action="page_password", rates=PAGE_UNLOCK_RATES):
        return render(request, "429.html", status=429)
    return authenticate_with_password(request, page_view_restriction_id, page_id)


@require_POST
def collection_password(request: HttpRequest, restriction_id: int) -> HttpResponse:
    """Take the shared password of closed documents, which Wagtail lets anybody guess without end."""
    if limited(request, action="page_password", rates=PAGE_UNLOCK_RATES):
        return render(request, "429.html", status=429)
    return authenticate_for_documents(request, restriction_id)


@require_safe
@cache_control(max_age=31_536_000, public=True, immutable=True)
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a rendition; its name holds a hash of what was cut, so that it may be kept for ever."""
    if len(path.encode()) > PICTURE_NAME_MAX_BYTES:
        raise Http404
    return serve(request, path, document_root=str(settings.MEDIA_ROOT / "images"))


@require_safe
def document(request: HttpRequest, document_id: str, filename: str) -> HttpResponseBase:
    """Serve a document as Wagtail does, with its permissions, and locked away from our pages should a browser open it.

    A part of it where one is asked for, as video players do. What a stranger gets, everybody may have.
    """
    response = in_part(request, serve_document(request, document_id, filename))
    if response.streaming or response.status_code == 304:
        share(response, at_most=settings.SHARED_CACHE_SECONDS if brings_nothing_personal(request) else 0)
    if not response.has_header("Location"):
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(static("img/favicon.png"))


def missing(request: HttpRequest) -> HttpResponse:
    """Answer as if there were no such address: for addresses of libraries that nobody here needs."""
    raise Http404
