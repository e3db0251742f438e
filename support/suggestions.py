"""Articles that may answer a question before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from kb import search as kb_search

# More than three are not read by somebody who wants to send a form.
MAX_SUGGESTIONS = 3
# The beginning of a question says what it is about; the rest would only blur the search.
MAX_QUERY_LENGTH = 200


@dataclass(frozen=True)
class SuggestedArticle:
    """An article as the contact form shows it."""

    title: str
    url: str
    snippet: str


def suggest_articles(*, subject: str, body: str, language: str, read_already: str = "") -> list[SuggestedArticle]:
    """Return up to three articles that match, best first; `read_already` is the id of one to leave out.

    Cost: one search, a second one when the subject alone finds nothing. Never raises: search has its own fallback.
    """
    for query in (subject, f"{subject} {body}"):
        found = kb_search.search(query[:MAX_QUERY_LENGTH], language=language, page_size=MAX_SUGGESTIONS + 1)
        hits = [hit for hit in found.hits if not read_already or read_already not in (str(hit.id), hit.external_id)]
        if hits:
            return [SuggestedArticle(hit.title, hit.url, hit.snippet) for hit in hits[:MAX_SUGGESTIONS]]
    return []
