"""What the index holds of an article, and with which weight: Document in, Whoosh fields out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime

from whoosh.fields import COLUMN, STORED, FieldType, Schema
from whoosh.formats import Existence

from kb.search import weights
from kb.search.analyzers import fold, joined_model_numbers, normalize, pair_terms, token_runs, tokens
from kb.search.languages import LANGUAGES
from kb.search.passages import encode_passages

SCORED_KINDS = ("text", "pairs", "exact")
FILTER_FIELDS = ("id", "django_ct", "language", "article_type", "category", "product", "external_id", "title_key")
# Those with few terms that are asked for again and again.
FACET_FIELDS = ("django_ct", "language", "article_type", "category", "product")
EXPIRES = "expires"
LENGTHS = "lengths"
PASSAGES = "passages"
STORED_DOCUMENT = "document"
# Sorts after every date: pages that never expire carry no term at all.
_EXPIRY_FORMAT = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class Document:
    """An article as search sees it: plain text, no markup, already known to be public.

    `categories` holds the codes of the category and of those above it; `products` their codes;
    `expires_at` is aware or None.
    """

    page_id: int
    external_id: str
    language: str
    article_type: str
    title: str
    headings: tuple[str, ...]
    keywords: tuple[str, ...]
    short_answer: str
    body: str
    category_title: str
    categories: tuple[str, ...]
    products: tuple[str, ...]
    expires_at: datetime | None = None


class Terms(FieldType):
    """A Whoosh field whose terms and weights are made by us: a mapping term → weight (kb.search.codec).

    Positions and field lengths (which Whoosh would round to one byte) are not written.
    """

    def __init__(self) -> None:
        super().__init__(format=Existence(), analyzer=None, scorable=False, stored=False)


def scored_field(kind: str, language: str) -> str:
    """Return the field name of a kind of terms: each language has its own fields, hence its own statistics."""
    return f"{kind}_{language}"


def index_schema() -> Schema:
    """Return the schema: filters, scored fields for each language, lengths, and what results show."""
    fields: dict[str, FieldType] = {name: Terms() for name in (*FILTER_FIELDS, EXPIRES, LENGTHS)}
    fields |= {scored_field(kind, language): Terms() for kind in SCORED_KINDS for language in LANGUAGES}
    return Schema(**{STORED_DOCUMENT: STORED(), PASSAGES: COLUMN()}, **fields)


def index_fields(document: Document, *, django_ct: str, identifier: str) -> dict[str, object]:
    """Return the keyword arguments for Whoosh's `add_document`."""
    scored = scored_terms(document)
    fields: dict[str, object] = {
        STORED_DOCUMENT: asdict(document) | {"id": identifier, "django_ct": django_ct},
        PASSAGES: passages_of(document),
        "id": {identifier: 1.0},
        "django_ct": {django_ct: 1.0},
        "language": {document.language: 1.0},
        "article_type": {document.article_type: 1.0},
        "category": dict.fromkeys(document.categories, 1.0),
        "product": dict.fromkeys(document.products, 1.0),
        "external_id": {document.external_id: 1.0} if document.external_id else {},
        "title_key": {fold(document.title)[:120]: 1.0},
        # Lengths ride as the weights of one term for each field: exact, and read in one go.
        LENGTHS: {scored_field(kind, document.language): sum(terms.values()) for kind, terms in scored.items()},
    }
    if document.expires_at:
        fields[EXPIRES] = {expiry_term(document.expires_at): 1.0}
    fields |= {scored_field(kind, document.language): terms for kind, terms in scored.items()}
    return fields


def expiry_term(moment: datetime) -> str:
    """Return a moment as a term that sorts in time order (UTC, seconds)."""
    return moment.astimezone(UTC).strftime(_EXPIRY_FORMAT)


def scored_terms(document: Document) -> dict[str, dict[str, float]]:
    """Return term → summed weight for each kind of scored field: one combined, weighted field (true BM25F)."""
    weights: dict[str, dict[str, float]] = {kind: defaultdict(float) for kind in SCORED_KINDS}
    for _part, text, weight in _weighted_texts(document):
        for kind, terms in _terms_of(text, document.language).items():
            summed = weights[kind]
            for term in terms:
                summed[term] += weight
    return weights


def places_of(terms: Mapping[str, object], kind: str, term: str) -> tuple[str, ...]:
    """Return in which parts of a stored document a term of a scored field stands: title, keywords, headings, …

    Cost  analyses the document anew; for explanations, not for searching.
    """
    document = Document(**{field.name: terms[field.name] for field in dataclass_fields(Document)})  # type: ignore[arg-type]  # what the index itself has stored
    parts: dict[str, None] = {}
    for part, text, _weight in _weighted_texts(document):
        if part not in parts and term in _terms_of(text, document.language)[kind]:
            parts[part] = None
    return tuple(parts)


def _weighted_texts(document: Document) -> Iterable[tuple[str, str, float]]:
    """Yield each text of a document with the part it belongs to and what one occurrence in it counts."""
    weight = weights.active()
    yield "title", document.title, weight.title
    for keyword in document.keywords:
        yield "keywords", keyword, weight.keywords
    for heading in document.headings:
        yield "headings", heading, weight.headings
    yield "short_answer", document.short_answer, weight.short_answer
    yield "body", document.body, weight.body


def passages_of(document: Document) -> bytes:
    """Return the words of a document in order, as the second look wants them."""
    leads = [document.title, *document.keywords, *document.headings]
    sentences = token_runs(normalize(f"{document.short_answer}\n{document.body}"), document.language)
    return encode_passages(
        [[token.term for token in tokens(normalize(lead), document.language)] for lead in leads],
        ([token.term for token in run] for run in sentences),
    )


def _terms_of(text: str, language: str) -> dict[str, list[str]]:
    """Return the terms of one text, for each kind of scored field, as often as they occur."""
    text = normalize(text)
    found: dict[str, list[str]] = {kind: [] for kind in SCORED_KINDS}
    for run in token_runs(text, language):
        words = [token.term for token in run]
        found["text"] += words
        found["exact"] += [token.exact for token in run]
        found["pairs"] += pair_terms(words)
    found["text"] += joined_model_numbers(text)
    return found
