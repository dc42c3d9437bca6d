"""A tree of sites to be priced as a whole, and what comes of it: plain values around columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kameng.domains.pricing.markups.rules import RuleBook

if TYPE_CHECKING:
    from kameng.domains.pricing.columns import Column

BELOW_COST, CUT, RAISED_TO_COST, RAISED_TO_FLOOR, CHILD_RAISED = 1, 2, 4, 8, 16
"""Bits of `Prices.marks`: sold to shoppers under the own cost; cut to the ceiling; raised to cost
or floor; the parent's price for this site was raised to the parent's own cost."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site of the tree: who stands above it, the level it holds there, and its rules."""

    tenant_id: int
    parent_id: int | None = None
    level_id: UUID | None = None
    rules: RuleBook = field(default_factory=RuleBook)


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What one site pays and asks for every SKU, in the order of the goods.

    Micro-units; `seen` says which goods the site sells at all (a sub-site's own goods are sold by
    it and below it). What stands in the other columns where it does not is without meaning.
    """

    tenant_id: int
    cost: Column
    price: Column
    floor: Column
    marks: Any
    seen: Any


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What changes at one site: the places of the goods in the columns, and figures of both
    worlds at those places."""

    tenant_id: int
    at: Column
    cost_before: Column
    cost: Column
    price_before: Column
    price: Column
    floor: Column
    marks_before: Any
    marks: Any
