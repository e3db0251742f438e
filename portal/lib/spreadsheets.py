"""What is written for spreadsheets."""

# Characters with which a spreadsheet begins a formula, full-width twins included (OWASP: CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def neutralise_formula(text: str) -> str:
    """Return `text` so that no spreadsheet runs it: a leading apostrophe makes it plain text."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
