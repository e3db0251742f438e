"""Public order references: ten characters, random, hard to mistype; and the seller's own numbers."""

from portal.lib.references import make_code, normalise_code, without_decoration

# Nine characters carry 45 random bits, too many to try; the tenth checks them.
LENGTH = 10


def make_reference(random_bits: int | None = None) -> str:
    """Return a new reference; `random_bits` (45 of them) fixes it, for demo data that must not change."""
    return make_code(LENGTH, random_bits=random_bits)


def normalise_reference(typed: str) -> str | None:
    """Return the reference that `typed` means, or None when it cannot be one."""
    return normalise_code(typed, length=LENGTH)


def normalise_number(typed: str) -> str:
    """Return the seller's own number as it is compared: upper case, without spaces and dashes."""
    return without_decoration(typed[:128])[:64]
