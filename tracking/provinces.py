"""The province in a delivery address: its last part, for figures by province."""

MAX_LENGTH = 80
# Countries that people write behind the province.
_COUNTRIES = frozenset({"việt nam", "viet nam", "vietnam", "vn"})


def province_of(address: str) -> str:
    """Return the last part of `address` that is not the country; empty for an address of one part.

    The words stay as they are written: a table of units would be wrong after the next reform, as in July 2025.
    """
    parts = [part.strip(" .") for part in address.split(",")]
    parts = [part for part in parts if part and part.lower() not in _COUNTRIES]
    return parts[-1][:MAX_LENGTH] if len(parts) > 1 else ""
