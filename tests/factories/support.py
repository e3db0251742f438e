"""The smallest valid tickets."""

from portal.lib.letters.models import Letter
from support import services
from support.models import LetterKind, Ticket


def new_ticket(**changes: str) -> services.NewTicket:
    fields = {
        "language": "vi",
        "name": "Nguyễn An",
        "email": "an@example.com",
        "subject": "Máy giặt không vắt",
        "body": "Máy dừng lại trước khi vắt.",
    }
    return services.NewTicket(**{**fields, **changes})


def open_ticket(user=None, **changes: str) -> Ticket:
    return services.open_ticket(new=new_ticket(**changes), user=user).ticket


def letter_of(ticket: Ticket, kind: str = LetterKind.RECEIPT) -> Letter:
    return Letter.objects.get(message__ticket=ticket, kind=kind)
