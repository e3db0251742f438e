"""Which hits to offer while the reader types: those whose title already says it."""

from collections.abc import Sequence

from haystack.models import SearchResult

from kb.search.analyzers import fold, normalize, tokens


def best_titles(query: str, results: Sequence[SearchResult], *, language: str, limit: int) -> list[SearchResult]:
    """Return up to `limit` results, those with more of the typed words in their title first.

    The last typed word counts as found where a word of the title begins with it. Among equals a title that begins as
    typed comes first, then the order of the results.
    """
    typed = tokens(normalize(query), language)
    if not typed:
        return []
    whole, last = {token.term for token in typed[:-1]}, fold(typed[-1].surface)
    beginning = " ".join(fold(token.surface) for token in typed)

    def fit(result: SearchResult) -> tuple[int, bool]:
        title = tokens(normalize(result.title), language)
        words = [fold(token.surface) for token in title]
        in_title = len(whole & {token.term for token in title}) + any(word.startswith(last) for word in words)
        return in_title, " ".join(words).startswith(beginning)

    return sorted(results, key=fit, reverse=True)[:limit]
