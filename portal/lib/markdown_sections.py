"""One section of a Markdown page that several programs write."""

from pathlib import Path


def put_section(path: Path, heading: str, section: str) -> None:
    """Write `section`, which begins with the line `heading` ("## …"), in place of the one of that heading, else at the end.

    The other sections stay. A page that does not exist is begun.
    """
    page = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n"
    before, _heading, after = f"{page.rstrip()}\n".partition(f"\n{heading}\n")
    _former, mark, others = after.partition("\n## ")
    parts = [before.rstrip(), section.strip(), *([f"## {others.strip()}"] if mark else [])]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
