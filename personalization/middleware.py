"""request.visitor on every request, and what the visitor changed on the way back."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from personalization.visitor import Visitor


class VisitorMiddleware:
    """Attach the visitor; a page that does not ask about them pays nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visitor = Visitor(request)
        request.visitor = visitor  # type: ignore[attr-defined]  # read back by visitor_of
        response = self.get_response(request)
        visitor.finish(response)
        return response
