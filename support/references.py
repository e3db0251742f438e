"""The public number of a ticket, for example HT-4K7Q2M9X ("hỗ trợ")."""

from portal.lib.references import make_code, normalise_code

PREFIX = "HT"
# Seven random characters are 35 bits: enough to be unique; who may look is decided by account and session.
CODE_LENGTH = 8


def make_reference() -> str:
    """Return a new number."""
    return f"{PREFIX}-{make_code(CODE_LENGTH)}"


def normalise_reference(typed: str) -> str | None:
    """Return the number that `typed` means, or None when it cannot be one."""
    code = normalise_code(typed, length=CODE_LENGTH, prefix=PREFIX)
    return f"{PREFIX}-{code}" if code else None
