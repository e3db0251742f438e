"""Carriers, and services that report for them: one file each, with its codes, what they mean here and where that is written.

An unknown code is never guessed and never dropped: it is kept with the carrier's own words and shown as not
recognised, and it is logged, so that somebody adds it to the table.
"""

import logging
from urllib.parse import quote

from tracking.carriers import aftership, generic, ghn, ghtk, shopify, viettel_post
from tracking.carriers.base import Carrier, Meaning
from tracking.statuses import Status

logger = logging.getLogger(__name__)

CARRIERS: dict[str, Carrier] = {
    table.CARRIER.code: table.CARRIER for table in (ghn, ghtk, viettel_post, aftership, shopify, generic)
}


def carrier_name(code: str) -> str:
    """Return the carrier's name; a carrier nobody described goes by the code that the seller gave."""
    carrier = CARRIERS.get(code)
    return str(carrier.name) if carrier else code


def meaning_of(carrier_code: str, code: str) -> Meaning:
    """Return what `code` means in our vocabulary; an unmapped one means UNKNOWN.

    `carrier_code` says whose table: the carrier's, or that of the service that reports for it.
    """
    carrier = CARRIERS.get(carrier_code, generic.CARRIER)
    meaning = carrier.meanings.get(code.strip().lower())
    if meaning is None:
        logger.warning("carrier %s sent the code %r, which no table maps", carrier_code or "(none)", code[:64])
        return Meaning(Status.UNKNOWN)
    return meaning


def tracking_url(carrier_code: str, tracking_number: str) -> str:
    """Return the carrier's own page about a parcel, or nothing: only carriers of our list are ever linked."""
    carrier = CARRIERS.get(carrier_code)
    if carrier is None or not carrier.tracking_url or not tracking_number:
        return ""
    return carrier.tracking_url.format(number=quote(tracking_number, safe=""))
