"""Which hits to offer while the reader types: those whose title already says it."""

from collections.abc import Sequence

from haystack.models import SearchResult

from kb.search.analyzers import fold, normalize, tokens


def best_titles(query: str, results: Sequence[SearchResult], *, language: str, limit: int) -> list[SearchResult]:
    """Return up to `limit` results, those with more of the typed words in their title first.

    The last typed word counts as found where a word of the title begins with it. Order within equals is kept.
    """
    typed = tokens(normalize(query), language)
    if not typed:
        return []
    whole, last = {token.term for token in typed[:-1]}, fold(typed[-1].surface)

    def words_in_title(result: SearchResult) -> int:
        title = tokens(normalize(result.title), language)
        terms = {token.term for token in title}
        return len(whole & terms) + any(fold(token.surface).startswith(last) for token in title)

    return sorted(results, key=words_in_title, reverse=True)[:limit]
