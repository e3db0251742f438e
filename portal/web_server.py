"""What gunicorn has to know beyond its options; it reads this file as its configuration."""

from gunicorn.http import message

# A question of 10,000 Vietnamese characters is an address of 90,000 bytes. gunicorn's ceiling is 8,190, above which it
# answers in bare English before the site is asked; its "unlimited" would let a client fill the memory.
MAX_ADDRESS_BYTES = 128 * 1024

message.MAX_REQUEST_LINE = MAX_ADDRESS_BYTES
limit_request_line = MAX_ADDRESS_BYTES
