"""What the small forms of personalization answer: back to the page, or a sentence."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from portal.lib.limits import limited

SAVE_RATES = "60/m/ip"  # more than hands can do, less than a script wants
MAX_ADDRESS_LENGTH = 2000


def safe_next(request: HttpRequest) -> str:
    """Return the page that the form or the address names as `next`, if it is one of ours; else the home page."""
    address = request.POST.get("next") or request.GET.get("next", "")
    is_ours = len(address) <= MAX_ADDRESS_LENGTH and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else f"/{translation.get_language()}/"


def back(request: HttpRequest) -> HttpResponse:
    """Go to the page the form named, if it is one of ours; else home."""
    return HttpResponseRedirect(safe_next(request))


def refuse(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """Answer with a page that says why nothing was changed."""
    return TemplateResponse(request, "personalization/refused.html", {"sentence": sentence}, status=status)


def is_too_fast(request: HttpRequest) -> bool:
    """Count one change and return whether it is one too many."""
    return limited(request, action="preferences", rates=SAVE_RATES)
