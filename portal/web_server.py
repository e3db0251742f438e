"""What gunicorn has to know beyond its options; it reads this file as its configuration."""

import gc

from gunicorn.http import message
from gunicorn.workers.base import Worker

# A question of 10,000 Vietnamese characters is an address of 90,000 bytes. gunicorn's ceiling is 8,190, above which it
# answers in bare English before the site is asked; its "unlimited" would let a client fill the memory.
MAX_ADDRESS_BYTES = 128 * 1024

# All cookies come in one line: the choices of a guest, what was typed on the welcome pages and messages that wait may have
# 4 KB each. Above gunicorn's 8,190 bytes whoever fills them would get a bare 400 for every page, until they empty the browser.
MAX_COOKIE_BYTES = 16 * 1024

message.MAX_REQUEST_LINE = MAX_ADDRESS_BYTES
limit_request_line = MAX_ADDRESS_BYTES
limit_request_field_size = MAX_COOKIE_BYTES


def post_worker_init(worker: Worker) -> None:
    """Forget pages that the release before this one made: their style sheets are gone. Then let garbage rest.

    What a process holds after its start stays to its end: 240,000 objects, which a full collection walks through in a
    tenth of a second, in the midst of somebody's request.
    """
    from kb.services import refresh_public_pages  # gunicorn reads this file before there are settings

    refresh_public_pages()
    gc.collect()
    gc.freeze()
