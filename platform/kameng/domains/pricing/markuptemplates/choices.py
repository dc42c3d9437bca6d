"""Which goods a template is laid on: all, or those that fit every condition named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kameng.domains.catalog.goods.queries import Owner
from kameng.domains.catalog.rules import StockType


@dataclass(frozen=True, slots=True)
class Choice:
    """Goods of a category and all below it, of named products, found by words, of a stock type,
    own or inherited. Nothing named: all goods of the site."""

    category: UUID | None = None
    products: tuple[UUID, ...] = ()
    search: str = ""
    stock_type: StockType | None = None
    owner: Owner = Owner.ANY

    def told(self) -> dict[str, Any]:
        """The choice as JSON keeps it."""
        return {
            "category": str(self.category) if self.category else None,
            "products": [str(one) for one in self.products],
            "search": self.search,
            "stock_type": self.stock_type.value if self.stock_type else None,
            "owner": self.owner.value,
        }


ALL = Choice()


def read(kept: Mapping[str, Any]) -> Choice:
    """The choice that `told` kept."""
    return Choice(
        UUID(kept["category"]) if kept["category"] else None,
        tuple(UUID(one) for one in kept["products"]),
        kept["search"],
        StockType(kept["stock_type"]) if kept["stock_type"] else None,
        Owner(kept["owner"]),
    )
