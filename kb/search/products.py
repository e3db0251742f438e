"""Products by name and code: offered while the reader types, from memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models.signals import post_delete, post_save

from kb.models import Product
from kb.search.languages import LANGUAGES
from portal.lib.snapshots import Snapshot
from portal.lib.text import clean_line, fold

MAX_PRODUCTS = 3
# What is read of a query, and how much of it is looked up: names have a handful of words.
_READ_CHARACTERS = 200
_MAX_WORDS = 16
# A code within a question has a letter and a digit: NM-W85. A lone "2" in "lỗi 2" is none.
_LEAST_CODE_CHARACTERS = 3


@dataclass(frozen=True)
class FoundProduct:
    """A product as search offers it."""

    code: str
    name: str
    url: str


class ProductNames:
    """The products of one language, found by the beginnings of their words.

    Built once for each change of the catalogue; 1 MB and 0.1 s for 2,000 products.
    """

    def __init__(self, products: Iterable[FoundProduct]):
        self._products = sorted(products, key=lambda product: fold(product.name))
        words = {
            (word, number)
            for number, product in enumerate(self._products)
            for word in (*fold(product.name).split(), *_spellings(product.code))
        }
        self._words = sorted(words)
        self._by_code = {_bare(product.code): number for number, product in enumerate(self._products)}

    @property
    def names(self) -> dict[str, str]:
        """Return code → name."""
        return {product.code: product.name for product in self._products}

    def find(self, text: str, *, limit: int = MAX_PRODUCTS) -> list[FoundProduct]:
        """Return those whose code `text` names; else those in which each of its words begins a word, by name.

        Cost  microseconds, whatever the number of products: one bisection for each word.
        """
        words = fold(clean_line(text[:_READ_CHARACTERS])).split()[:_MAX_WORDS]
        if not words:
            return []
        named = [self._by_code[_bare(word)] for word in words if self._is_code(word)]
        found = list(dict.fromkeys(named)) or sorted(set.intersection(*(self._begun_by(word) for word in words)))
        return [self._products[number] for number in found[:limit]]

    def coded(self, products: Iterable[FoundProduct]) -> list[FoundProduct]:
        """Return these products of another language as this one has them."""
        numbers = [self._by_code.get(_bare(product.code)) for product in products]
        return [self._products[number] for number in numbers if number is not None]

    def _is_code(self, word: str) -> bool:
        return len(word) >= _LEAST_CODE_CHARACTERS and _bare(word) in self._by_code

    def _begun_by(self, beginning: str) -> set[int]:
        first = bisect_left(self._words, (beginning, -1))
        last = bisect_left(self._words, (beginning + "\U0010ffff", -1))
        return {number for _word, number in self._words[first:last]}


def find_products(text: str, *, language: str, limit: int = MAX_PRODUCTS) -> list[FoundProduct]:
    """Return up to `limit` published products that `text` names, or begins to name, with or without marks.

    Named in another language they are found too, where none is in this one: the product is the same, its page in `language`.
    Cost  no query: the catalogue is kept in each process and read anew after a change.
    """
    names = _names.get()
    found = names[language].find(text, limit=limit)
    others = (names[other] for other in LANGUAGES if other != language)
    return found or [own for one in others for own in names[language].coded(one.find(text))][:limit]


def product_names(language: str) -> dict[str, str]:
    """Return code → name of the published products. Cost: no query."""
    return _names.get()[language].names


def _load() -> Mapping[str, ProductNames]:
    """Return the published products by language. Cost: one query."""
    found: dict[str, list[FoundProduct]] = {language: [] for language in LANGUAGES}
    for product in Product.objects.live().filter(locale__language_code__in=LANGUAGES).select_related("locale"):
        found[product.locale.language_code].append(FoundProduct(product.code, product.name, product.get_absolute_url()))
    return {language: ProductNames(products) for language, products in found.items()}


def _spellings(code: str) -> tuple[str, str, str]:
    """Return how people begin to type a code: NM-W85, nmw85, w85."""
    folded = fold(code)
    return folded, _bare(code), folded.rpartition("-")[2]


def _bare(code: str) -> str:
    return "".join(character for character in fold(code) if character.isalnum())


_names = Snapshot("products", _load)
post_save.connect(_names.forget, sender=Product, dispatch_uid="kb.search.products.saved")
post_delete.connect(_names.forget, sender=Product, dispatch_uid="kb.search.products.deleted")
