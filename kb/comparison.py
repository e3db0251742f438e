"""Products side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.models import Product

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class ComparedRow:
    """One specification of each product, in the products' order; empty where a product does not state it."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def compare(products: Sequence[Product]) -> list[ComparedRow]:
    """Return every specification that one of `products` states, in the order in which they are first stated.

    Cost: none when the specifications are prefetched.
    """
    sheets = [{line.name: line.value for line in product.specifications.all()} for product in products]
    names = dict.fromkeys(name for sheet in sheets for name in sheet)
    return [ComparedRow(name, tuple(sheet.get(name, "") for sheet in sheets)) for name in names]
