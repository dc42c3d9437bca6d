"""Where every site of a chain stands with some goods: what it pays, what it asks of shoppers.

Whole micro-units and no explanations: a page of prices comes through here some hundred times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kameng.domains.pricing.markups.books import about, shopper_asks, site_asks
from kameng.domains.pricing.markups.rules import Goods, Method, Rule, RuleBook
from kameng.kit.money import Money

FOLLOW = Method.FOLLOW
ANY_SHOPPER = shopper_asks(None)
"""Looked up once: an enum's member costs a call each time it is named."""


@dataclass(frozen=True, slots=True)
class ChainLevel:
    """One site of the chain: its rules, and the level it holds at its parent."""

    tenant_id: int
    level_id: UUID | None = None
    rules: RuleBook = field(default_factory=RuleBook)
    asks: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """By which names it is found among its parent's rules."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "asks", site_asks(self.level_id, self.tenant_id))


class Case:
    """What is asked about: the goods in whole micro-units, how many pieces, and when."""

    __slots__ = ("about", "ceiling", "cost", "currency", "floor", "now", "quantity", "retail")

    def __init__(self, goods: Goods, quantity: int, now: datetime | None) -> None:
        cost, retail, floor = goods.cost, goods.retail, goods.floor
        ceiling: Money | None = getattr(goods, "ceiling", None)
        self.currency = cost.currency
        self.cost, self.retail = cost.micro, self._same(retail)
        self.floor = self._same(floor) if floor is not None else 0
        self.ceiling = self._same(ceiling) if ceiling is not None else None
        self.about, self.quantity, self.now = about(goods), quantity, now

    def _same(self, amount: Money) -> int:
        if amount.currency != self.currency:
            raise TypeError(f"cannot price goods in {self.currency} with {amount!r}")
        return amount.micro

    def money(self, micro: int) -> Money:
        return Money(micro, self.currency)


class Retail:
    """What shoppers pay at one site: the rule, the price it made, the price after the guards."""

    __slots__ = ("asked", "price", "rule")

    def __init__(self, rule: Rule | None, asked: int, price: int) -> None:
        self.rule, self.asked, self.price = rule, asked, price


class Stand:
    """Where one site stands: what it pays, and what shoppers pay once somebody wants to know."""

    __slots__ = (
        "asked",
        "book",
        "case",
        "cost",
        "floor",
        "held",
        "least",
        "level",
        "rule",
        "upper",
    )

    floor: int

    def __init__(self, level: ChainLevel, upper: Stand | None, case: Case) -> None:
        self.level, self.upper, self.case = level, upper, case
        book = level.rules
        self.book = book.at(case.now) if book.dated else book
        self.held: Retail | None = None
        self.rule: Rule | None = None
        if upper is None:
            self.asked = self.cost = case.cost
            self.least = case.floor
        else:
            self._pay(upper)
            self.least = upper.floor
        self.floor = self.least if self.least > self.cost else self.cost

    def _pay(self, upper: Stand) -> None:
        """The parent's rule for this site makes its cost; without one it pays as shoppers do."""
        self.rule = rule = upper.book.child.find(self.case.about, self.level.asks)
        if rule is None:
            self.asked = upper.retail.price
        else:
            basis = upper.retail.price if rule.method is FOLLOW else upper.cost
            self.asked = rule.make(basis, self.case.quantity)
        given_away = rule is not None and rule.below_cost
        self.cost = self.asked if given_away or self.asked > upper.cost else upper.cost

    @property
    def retail(self) -> Retail:
        """What any shopper pays here."""
        if self.held is None:
            self.held = self.sells(ANY_SHOPPER)
        return self.held

    def sells(self, asks: tuple[int, ...]) -> Retail:
        """What a shopper of those names pays here."""
        rule = self.book.retail.find(self.case.about, asks)
        if rule is None:
            asked = self.followed
        else:
            basis = self.followed if rule.method is FOLLOW else self.cost
            asked = rule.make(basis, self.case.quantity)
        return Retail(rule, asked, self.guarded(rule, asked)[-1])

    @property
    def followed(self) -> int:
        """The retail price above: the parent's, or the one suggested for the goods."""
        return self.upper.retail.price if self.upper is not None else self.case.retail

    def guarded(self, rule: Rule | None, asked: int) -> tuple[int, int, int]:
        """The price after each guard: the ceiling, the own cost, the floor."""
        ceiling = self.case.ceiling
        cut = asked if ceiling is None or asked <= ceiling else ceiling
        at_loss = rule is not None and rule.below_cost
        covered = cut if at_loss or cut >= self.cost else self.cost
        return cut, covered, covered if covered > self.least else self.least
