"""How many letters a mailbox gets because somebody asked for them: one budget across all features."""

from django.http import HttpRequest

from portal.lib.letters.services import mailbox_of
from portal.lib.limits import limited

# Three in an hour are a person who looks for the letter in the wrong folder; ten a day fill no mailbox.
RATES = "3/h/key,10/d/key"


def may_write_to(request: HttpRequest, email: str) -> bool:
    """Count one letter to `email` that a request of anybody sets off; False when its mailbox had enough.

    Not for letters that a member of the staff or an event of the shop sends. Cost: four cache writes.
    """
    return not limited(request, action="letters_to_mailbox", rates=RATES, key=mailbox_of(email))
