"""Who may see a case: its signed-in owner, or the browser that sent the question."""

from __future__ import annotations

from django.http import HttpRequest

from support.models import Ticket
from support.references import normalise_reference

SESSION_KEY = "support_cases"
# A browser shared by a family sends few questions; an older case is still seen by signing in.
MAX_CASES = 20


def remember_case(request: HttpRequest, ticket: Ticket) -> None:
    """Let this browser see the case; a guest's session gets a new key, so that a planted one is worth nothing."""
    if request.user.is_authenticated and ticket.user_id == request.user.pk:
        return
    cases: list[str] = request.session.get(SESSION_KEY, [])
    if ticket.reference in cases:
        return
    if not request.user.is_authenticated:
        request.session.cycle_key()
    request.session[SESSION_KEY] = [*cases, ticket.reference][-MAX_CASES:]


def case_for(request: HttpRequest, typed_reference: str) -> Ticket | None:
    """Return the case if this reader may see it; None alike for a stranger's case and for one that does not exist."""
    reference = normalise_reference(typed_reference)
    if reference is None:
        return None
    if reference in request.session.get(SESSION_KEY, []):
        return Ticket.objects.filter(reference=reference).first()
    return Ticket.objects.of_customer(request.user).filter(reference=reference).first()
