"""Secrets in log lines: taken out before anything is written."""

import logging
import re

from portal.lib.confidential import EMAIL, MASK

# Tokens of links and references of orders stand in addresses, which Django logs with each error it answers.
_IN_ADDRESSES = re.compile(
    r"(/(?:orders|contact)/(?:[a-z]+/)?)(?=[^/\s?]*\d)[^/\s?]{8,}|(/(?:orders/(?:link|undo|calendar|follow)|preferences/letter)/)[^/\s?]+"
)


class MaskSecrets(logging.Filter):
    """Replace tokens, references in addresses and e-mail addresses in the message of each record.

    Stands on the handler, so it sees what any library logs. A traceback keeps the message of its exception: code of
    ours names things by id there.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = EMAIL.sub(MASK, _IN_ADDRESSES.sub(lambda found: (found[1] or found[2]) + MASK, message))
        if masked != message:
            record.msg, record.args = masked, ()
        return True
