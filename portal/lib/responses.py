"""What answers about a person have in common."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

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
