"""How often the look-up may be tried: first free, then after a question, then not.

Reading a label aloud is no crime and guessing is cheap, so what is counted is every try, whatever comes of it; one that
succeeds fills no bucket up again. Links and signed-in readers never come through here: whoever owns an order that is
being attacked sees it all the same.
"""

from __future__ import annotations

from django.http import HttpRequest

from portal.lib.limits import limited, network_of
from tracking.contacts import normalise_contact
from tracking.references import normalise_number, normalise_reference

# Ten tries a minute are a person with a crumpled receipt; sixty an hour a family.
FREE_OF_ADDRESS = "10/m/ip,60/h/ip"
FREE_OF_NETWORK = "300/h/key"
FREE_OF_SUBJECT = "10/h/key"
# Behind one address of a mobile network sit hundreds who all have a parcel to come; each pays with an answer. A
# robot that answers gets as many tries, against 45 random bits of a reference.
MOST_OF_NETWORK = "1200/h/key"
# One order, or one telephone number, is looked up by its people. Twenty tries an hour, from anywhere.
MOST_OF_SUBJECT = "20/h/key"


def needs_question(request: HttpRequest, *, number: str, contact: str) -> bool:
    """Count one try; True when a question has to be answered before it is looked at."""
    network = network_of(request)
    verdicts = [
        limited(request, action="order_lookup", rates=FREE_OF_ADDRESS),
        limited(request, action="order_lookup_network", rates=FREE_OF_NETWORK, key=network),
        *(
            limited(request, action=action, rates=FREE_OF_SUBJECT, key=key)
            for action, key in _subjects(number, contact)
        ),
    ]
    # Every bucket is asked, so that a full one does not answer faster than an empty one.
    return any(verdicts)


def is_over(request: HttpRequest, *, number: str, contact: str) -> bool:
    """Count one try that is about to be looked at; True when it must not be."""
    verdicts = [
        limited(request, action="order_lookup_network_most", rates=MOST_OF_NETWORK, key=network_of(request)),
        *(
            limited(request, action=f"{action}_most", rates=MOST_OF_SUBJECT, key=key)
            for action, key in _subjects(number, contact)
        ),
    ]
    return any(verdicts)


def _subjects(number: str, contact: str) -> list[tuple[str, str]]:
    """Return what is being asked about, in one spelling each."""
    keys = {
        "order_lookup_number": normalise_reference(number) or normalise_number(number),
        "order_lookup_contact": normalise_contact(contact) or "",
    }
    return [(action, key) for action, key in keys.items() if key]
