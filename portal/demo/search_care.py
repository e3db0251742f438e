"""The editors' synonyms of the demo shop: what its customers type for what its pages say."""

from pathlib import Path

from kb.search.synonym_import import import_synonyms

SYNONYMS = Path(__file__).resolve().parent / "synonyms"


def load(refresh: bool) -> None:
    """Store the synonym lines that are missing; lines of the editors stay."""
    for path in sorted(SYNONYMS.glob("*.txt")):
        import_synonyms(path.read_text(encoding="utf-8").splitlines(), language=path.stem)
