"""How the lists of the admin become files."""

from collections.abc import Iterable, Iterator
from typing import Any


class ExcelCsvMixin:
    """A CSV that Excel opens with the right letters: without the mark at its beginning it takes UTF-8 for Windows'."""

    def stream_csv(self, queryset: Iterable[Any]) -> Iterator[bytes]:
        """Yield the file line by line."""
        yield "\ufeff".encode()
        yield from super().stream_csv(queryset)  # type: ignore[misc]  # mixed into a report
