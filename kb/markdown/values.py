"""What passes between Markdown, HTML and the body of a page."""

from __future__ import annotations

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
Block = dict[str, JsonValue]

# A link or picture that lies in the same archive: its address is this scheme and the path from the archive's root.
ARCHIVE_SCHEME = "archive:"


class MarkdownProblem(Exception):
    """Markdown that means nothing here; `line` counts from 1 within the text."""

    def __init__(self, line: int, reason: str):
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class References:
    """Where links and pictures of a text lead; this one knows of no archive. Collects what had to be left out."""

    def __init__(self) -> None:
        self.notices: list[str] = []

    def link(self, href: str) -> str | None:
        """Return the address as it is stored for a link within the source, or None to keep its words only."""
        return None

    def image(self, src: str) -> str | None:
        """Return the picture's path within the archive, or None to leave it out."""
        return None

    def document(self, path: str) -> str | None:
        """Return the document's path within the archive, or None to leave it out."""
        return None
