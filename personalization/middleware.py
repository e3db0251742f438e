"""request.visitor on every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from personalization.visitor import Visitor


class VisitorMiddleware:
    """Attach the visitor; a page that does not ask about them pays nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.visitor = Visitor(request)  # type: ignore[attr-defined]
        return self.get_response(request)
