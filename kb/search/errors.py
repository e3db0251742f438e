"""What can go wrong with search, for the one place that answers: `kb.search.search` degrades to the database."""


class SearchUnavailable(Exception):
    """The index cannot be opened: it is missing, torn, or another version cut its words. A rebuild mends it."""


class AnalyzerMismatch(SearchUnavailable):
    """The index was made by another version of the analyzer; half of its words would not be found."""

    def __init__(self, found: int, expected: int) -> None:
        super().__init__(
            f"the search index was made by analyzer version {found}, this program has {expected}: run rebuild_search"
        )
