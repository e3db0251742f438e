"""The address in each weekly letter that stops them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from personalization.digest import posting
from personalization.preferences import DIGEST
from personalization.selectors import allows_now


# Mail programs post here by themselves, without our form (RFC 8058); the unguessable address is the permission.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def digest_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button, for scanners of mail open links; a POST stops the letters of that account, signed in or not."""
    subscription = posting.find_subscription(token)
    if subscription is None:
        raise Http404
    if request.method == "POST":
        posting.stop(subscription)
    is_on = allows_now(subscription.user, DIGEST)
    response = render(request, "personalization/digest_stop.html", {"is_on": is_on})
    patch_cache_control(response, private=True, no_store=True)
    response["Referrer-Policy"] = "no-referrer"
    return response
