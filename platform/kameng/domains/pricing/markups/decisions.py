"""One decision of one site about a price: what it makes of a cost, and what makes no sense."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from kameng.domains.pricing.errors import (
    FollowHasNoValue,
    KeepNeedsFixedPrice,
    KeepNeedsOneSku,
    MarginTooLarge,
    StepsNeedPlainMethod,
    StepsOutOfOrder,
)
from kameng.domains.pricing.markups.methods import (
    DEAREST,
    FATTEST,
    TOP,
    Method,
    Rounding,
    Step,
    Way,
    made,
    rounded,
)
from kameng.domains.pricing.markups.places import Place, Scope
from kameng.kit.money import Money

PLAIN = Rounding.NONE


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision of one site: `value` is micro-units, or parts per million for a share.

    `steps` change the value from so many pieces on. `base` is what one piece cost the setter when
    they named a fixed price that keeps its profit: it moves with the cost from there on.
    `below_cost` is the owner's word that this price may lie under their own cost.
    """

    id: UUID
    place: Place
    method: Method
    value: int
    rounding: Rounding = Rounding.NONE
    way: Way = Way.HALF_UP
    steps: tuple[Step, ...] = ()
    base: int | None = None
    below_cost: bool = False
    template_id: UUID | None = None

    @property
    def keep(self) -> bool:
        """Whether the price keeps its distance to the setter's cost."""
        return self.base is not None

    def at(self, quantity: int) -> int:
        """The value that holds for so many pieces."""
        value = self.value
        for step in self.steps:
            if step.quantity > quantity:
                break
            value = step.value
        return value

    def make(self, basis: int, quantity: int = 1) -> int:
        """The price in micro-units before any guard; `basis` is the setter's own cost, or the
        price followed."""
        value = self.at(quantity) if self.steps else self.value
        price = made(self.method, value, basis)
        if self.base is not None:
            price = max(price + basis - self.base, 0)
        if self.rounding is not PLAIN:
            price = rounded(price, self.rounding, self.way)
        return price if price < TOP else TOP

    def price(self, cost: Money, quantity: int = 1) -> Money:
        """The same as money."""
        return Money(self.make(cost.micro, quantity), cost.currency)

    def told_at(self, cost: int) -> Rule:
        """A kept price as one would name it at this cost; any other rule as it is."""
        if self.base is None or cost == self.base:
            return self
        by = cost - self.base
        moved = tuple(Step(one.quantity, _moved(one.value, by)) for one in self.steps)
        return replace(self, value=_moved(self.value, by), steps=moved, base=cost)


def _moved(value: int, by: int) -> int:
    return min(max(value + by, 0), DEAREST.micro)


_STEPPED = frozenset({Method.FIXED, Method.PERCENT, Method.AMOUNT})


def refuse_senseless(rule: Rule) -> None:
    """Refuse a rule whose parts do not go together, by what is wrong with it."""
    if rule.keep and rule.method is not Method.FIXED:
        raise KeepNeedsFixedPrice()
    if rule.keep and rule.place.scope is not Scope.SKU:
        raise KeepNeedsOneSku()
    if rule.steps and rule.method not in _STEPPED:
        raise StepsNeedPlainMethod()
    if rule.method is Method.FOLLOW and rule.value:
        raise FollowHasNoValue()
    if rule.method is Method.MARGIN and rule.value > FATTEST.ppm:
        raise MarginTooLarge(most=FATTEST)
    quantities = [step.quantity for step in rule.steps]
    if quantities != sorted(set(quantities)) or min(quantities, default=2) < 2:
        raise StepsOutOfOrder()
