"""The language of a request."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers


class StrictLocaleMiddleware(LocaleMiddleware):
    """Django's, without its guess that an unknown address only lacks a language.

    Wagtail's pattern takes every path below a language, so Django would send each unknown address, `/fr/` and
    `/metrics` of a stranger included, to `/vi/…` and only there say 404.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not translation.get_language_from_path(request.path_info):
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or "vi")
        return response
