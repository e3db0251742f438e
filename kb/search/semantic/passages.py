"""Which text of an article its vector is made of."""

from kb.search.schema import Document

# What an article is about stands at its beginning; chunks of whole pages measured no better (docs/search.md).
MAX_BODY_WORDS = 300


def passage_of(document: Document) -> str:
    """Return title, headings and the first words of an article, as the model reads them."""
    heads = dict.fromkeys((document.title, *document.keywords, *document.headings))
    body = f"{document.short_answer}\n{document.body}".split(" ")
    return "\n".join([*heads, " ".join(body[:MAX_BODY_WORDS])]).strip()
