"""What can go wrong with search, for the one place that answers: `kb.search.search` degrades to the database."""


class SearchUnavailable(Exception):
    """The index cannot be opened: it is missing, torn, or another version cut its words."""

    # Whether a rebuild mends it, so that whoever meets the error may ask for one.
    is_mended_by_rebuild = True


class AnalyzerMismatch(SearchUnavailable):
    """The index was made by another version of the analyzer; half of its words would not be found."""

    def __init__(self, found: int, expected: int) -> None:
        super().__init__(
            f"the search index was made by analyzer version {found}, this program has {expected}: run rebuild_search"
        )


class ServerUnreachable(SearchUnavailable):
    """The search server is down, slow, or turns requests away; its index may be as good as ever."""

    is_mended_by_rebuild = False
