"""One dialect of Markdown for everything that goes in or out: import, export, the Markdown twin. See docs/importing.md."""

from kb.markdown.html import from_html, from_lines
from kb.markdown.reading import from_markdown, rich_text_from_markdown
from kb.markdown.rich_text import escaped
from kb.markdown.values import ARCHIVE_SCHEME, Block, JsonValue, MarkdownProblem, References
from kb.markdown.writing import plain_items, rich_text_to_markdown, table_lines, to_markdown

__all__ = [
    "ARCHIVE_SCHEME",
    "Block",
    "JsonValue",
    "MarkdownProblem",
    "References",
    "escaped",
    "from_html",
    "from_lines",
    "from_markdown",
    "plain_items",
    "rich_text_from_markdown",
    "rich_text_to_markdown",
    "table_lines",
    "to_markdown",
]
