"""The nouns of support."""

from support.models.channels import ChannelKind, ContactChannel
from support.models.tickets import (
    UNFINISHED,
    AuthorKind,
    Channel,
    LetterKind,
    ThreadIsAppendOnly,
    Ticket,
    TicketMessage,
    TicketStatus,
)

__all__ = [
    "UNFINISHED",
    "AuthorKind",
    "Channel",
    "ChannelKind",
    "ContactChannel",
    "LetterKind",
    "ThreadIsAppendOnly",
    "Ticket",
    "TicketMessage",
    "TicketStatus",
]
