"""The frozen values the catalog's reads return; money as Money, ids as UUID."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from kameng.kit.money import Money

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `total` counts all pages."""

    items: Sequence[T]
    total: int
    page: int
    size: int

    @property
    def has_next(self) -> bool:
        return self.page * self.size < self.total


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A category a shopper sees; `products` counts what is on sale in it and below it."""

    id: UUID
    parent_id: UUID | None
    name: str
    icon: str
    position: int
    depth: int
    products: int


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product on a shelf. `retail_from` is the suggested price of its cheapest SKU; `picture`
    says whose and which it is, "" for none."""

    product_id: UUID
    name: str
    summary: str
    category_id: UUID
    category_name: str
    art: str
    adult: bool
    stock_type: str
    is_open: bool
    sku_ids: tuple[UUID, ...]
    retail_from: Money
    market_price: Money | None
    stock: int
    sold: int
    pinned: bool
    owner_tenant_id: int
    min_quantity: int
    max_quantity: int
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of product cards."""

    cards: list[ProductCard]
    has_next: bool


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """A SKU as a site sees it. `cost` is the owner's; `name` is never empty; `category_path`
    runs from its own category upwards; `picture` says whose and which its product's is."""

    sku_id: UUID
    product_id: UUID
    category_id: UUID
    owner_tenant_id: int
    name: str
    product_name: str
    category_name: str
    stock_type: str
    art: str
    adult: bool
    cost: Money
    retail: Money
    market_price: Money | None
    floor: Money | None
    state: str
    min_quantity: int
    max_quantity: int
    usage_note: str
    hidden: bool
    is_sellable: bool
    category_path: tuple[UUID, ...]
    ceiling: Money | None = None
    refund_days: int | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PricedGoods:
    """What whole columns of prices need of a SKU; its figures are the owner's, and `category_path`
    runs from its own category upwards."""

    sku_id: UUID
    product_id: UUID
    category_path: tuple[UUID, ...]
    owner_tenant_id: int
    stock_type: str
    cost: Money
    retail: Money
    floor: Money | None
    ceiling: Money | None


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product page: `description` is clean HTML, `skus` the ones on sale here."""

    product_id: UUID
    name: str
    summary: str
    description: str
    usage_note: str
    category_id: UUID
    category_name: str
    art: str
    adult: bool
    stock_type: str
    is_open: bool
    min_quantity: int
    max_quantity: int
    owner_tenant_id: int
    skus: tuple[SkuFacts, ...]
    refund_days: int | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """A SKU in the console. `cost` and `floor` are told to the owner only."""

    sku_id: UUID
    product_id: UUID
    product_name: str
    sku_name: str
    category_id: UUID
    category_name: str
    stock_type: str
    product_state: str
    sku_state: str
    cost: Money | None
    retail: Money
    market_price: Money | None
    floor: Money | None
    stock: int
    sold: int
    hidden: bool
    pinned: bool
    listing_name: str | None
    version: int
    owner_tenant_id: int


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """A category in a console list: the full path as text, hidden ones included."""

    id: UUID
    parent_id: UUID | None
    name: str
    path: str
    depth: int
    icon: str
    position: int
    hidden: bool
    products: int
    owner_tenant_id: int


@dataclass(frozen=True, slots=True)
class SkuForEdit:
    """An own SKU with the version an edit must name."""

    sku_id: UUID
    name: str
    cost: Money
    retail: Money
    market_price: Money | None
    floor: Money | None
    ceiling: Money | None
    state: str
    position: int
    version: int


@dataclass(frozen=True, slots=True)
class ProductForEdit:
    """An own product with its SKUs and the version an edit must name."""

    product_id: UUID
    category_id: UUID
    name: str
    summary: str
    description: str
    usage_note: str
    stock_type: str
    state: str
    position: int
    min_quantity: int
    max_quantity: int
    art: str
    version: int
    updated_at: datetime
    skus: tuple[SkuForEdit, ...]
    refund_days: int | None = None
    picture: str | None = None
