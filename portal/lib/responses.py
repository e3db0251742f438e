"""What answers about a person have in common."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.cache import patch_cache_control
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def confidential(view: View) -> View:
    """Keep the answer out of every cache and its address out of every other site's referrer.

    Not "no-referrer": under it browsers send `Origin: null` with the page's own forms, which then fail as forged.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["Referrer-Policy"] = "same-origin"
        return response

    return wrapped


class _TokenCheck(CsrfViewMiddleware):
    """Django's check of a form's token (5.2), for pages whose browser says `Origin: null` by our own wish."""

    def _origin_verified(self, request: HttpRequest) -> bool:
        return request.META.get("HTTP_ORIGIN") == "null" or bool(super()._origin_verified(request))  # type: ignore[misc]  # django-stubs leaves it out


def secret_address(view: View) -> View:
    """Keep the answer out of every cache and its address out of every referrer, our own pages' included.

    For an address that opens something by itself. Under "no-referrer" browsers send `Origin: null` with the page's
    forms; the token of the form, which no other site can read, is asked for all the same.
    """
    checked: View = decorator_from_middleware(_TokenCheck)(view)  # type: ignore[assignment]  # stubs: any response

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = checked(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped
