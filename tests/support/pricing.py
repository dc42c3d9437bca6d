"""Small chains and goods for pricing tests, and rules set for real."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    RuleBook,
    Scope,
)
from kameng.domains.pricing.rules import ChainLevel
from kameng.kit import ids
from kameng.kit.money import Money


@dataclass(frozen=True)
class Thing:
    """A SKU as pricing sees it."""

    cost: Money
    retail: Money
    floor: Money | None = None
    sku_id: UUID = field(default_factory=ids.uuid7)
    product_id: UUID = field(default_factory=ids.uuid7)
    category_path: tuple[UUID, ...] = field(default_factory=lambda: (ids.uuid7(), ids.uuid7()))
    ceiling: Money | None = None


def thing(cost: str = "8.00", retail: str = "10.00", floor: str | None = None) -> Thing:
    """A SKU of those prices."""
    return Thing(Money.of(cost), Money.of(retail), Money.of(floor) if floor else None)


def rule(
    audience: Audience,
    method: Method,
    value: int,
    *,
    scope: Scope = Scope.ALL,
    scope_id: UUID | None = None,
    level_id: UUID | None = None,
    rounding: Rounding = Rounding.NONE,
) -> Rule:
    """A rule with an id of its own."""
    return Rule(ids.uuid7(), Place(scope, scope_id, audience, level_id), method, value, rounding)


def level(tenant_id: int, *rules: Rule, level_id: UUID | None = None) -> ChainLevel:
    """One site of a chain with its rules."""
    return ChainLevel(tenant_id, level_id, RuleBook(rules))
