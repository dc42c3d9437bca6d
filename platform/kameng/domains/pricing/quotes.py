"""A price as it is handed out: the figures at once, shares and explanations when they are read."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from kameng.domains.pricing.markups.rules import Rule
from kameng.domains.pricing.stands import FOLLOW, ChainLevel, Retail, Stand
from kameng.domains.pricing.traces import Trace, TraceStep
from kameng.kit.money import Money


class LevelStep(NamedTuple):
    """What one site of the chain pays and takes for one piece; the next one pays `price`."""

    tenant_id: int
    cost: Money
    price: Money
    rule_id: UUID | None

    @property
    def margin(self) -> Money:
        """What stays with this site; below zero where its rule says so."""
        return self.price - self.cost


class Quote:
    """What a shopper pays at the last site of a chain, and how that came about.

    The figures are decided when it is made; shares and traces are spelt out when they are read.
    """

    __slots__ = ("_levels", "_retail", "_stand", "_trace")

    def __init__(self, stand: Stand, retail: Retail) -> None:
        self._stand, self._retail = stand, retail
        self._levels: tuple[LevelStep, ...] | None = None
        self._trace: Trace | None = None

    @property
    def price(self) -> Money:
        return self._stand.case.money(self._retail.price)

    @property
    def cost(self) -> Money:
        """What the last site of the chain pays."""
        return self._stand.case.money(self._stand.cost)

    @property
    def floor(self) -> Money:
        """The least the last site may ask, unless a rule of its own says below cost."""
        return self._stand.case.money(self._stand.floor)

    @property
    def ceiling(self) -> Money | None:
        """The most a shopper pays anywhere, where the owner of the goods set it."""
        case = self._stand.case
        return case.money(case.ceiling) if case.ceiling is not None else None

    @property
    def margin(self) -> Money:
        """What the last site of the chain keeps; below zero where its rule says so."""
        return self._stand.case.money(self._retail.price - self._stand.cost)

    @property
    def quantity(self) -> int:
        """For how many pieces in one purchase the price holds."""
        return self._stand.case.quantity

    @property
    def rule(self) -> Rule | None:
        """The last site's own rule that made the price, if one did."""
        return self._retail.rule

    def below(self, level_id: UUID | None) -> Money:
        """What a site of that level right below the last one of the chain would pay."""
        stand = self._stand
        return stand.case.money(Stand(ChainLevel(0, level_id), stand, stand.case).cost)

    @property
    def levels(self) -> tuple[LevelStep, ...]:
        """The share of every site, master first."""
        if self._levels is None:
            self._levels = tuple(_shares(self._stand, self._retail))
        return self._levels

    @property
    def trace(self) -> Trace:
        """The way to the price."""
        if self._trace is None:
            self._trace = tuple(_to_retail(self._stand, self._retail))
        return self._trace

    @property
    def cost_trace(self) -> Trace:
        """The way to what the last site pays."""
        return tuple(_to_cost(self._stand))

    def _facts(self) -> tuple[object, ...]:
        return self.price, self.cost, self.floor, self.ceiling, self.levels, self.trace

    def __eq__(self, other: object) -> bool:
        return self._facts() == other._facts() if isinstance(other, Quote) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._facts())

    def __repr__(self) -> str:
        return f"Quote(price={self.price}, cost={self.cost}, levels={self.levels})"


def _to_cost(stand: Stand) -> list[TraceStep]:
    case, upper = stand.case, stand.upper
    if upper is None:
        zero = Money.zero(case.currency)
        return [TraceStep("cost", zero, case.money(case.cost), stand.level.tenant_id)]
    rule = stand.rule
    follows = rule is None or rule.method is FOLLOW
    steps = _to_retail(upper, upper.retail) if follows else _to_cost(upper)
    code = "child_rule" if rule else "child_at_retail"
    _tell(steps, code, stand.asked, upper, rule)
    return _guard(steps, "raised_to_cost", stand.cost, upper)


def _to_retail(stand: Stand, retail: Retail) -> list[TraceStep]:
    rule = retail.rule
    if rule is not None and rule.method is not FOLLOW:
        steps = _to_cost(stand)
    elif stand.upper is not None:
        steps = _to_retail(stand.upper, stand.upper.retail)
    else:
        steps = _tell(_to_cost(stand), "retail_suggested", stand.case.retail, stand)
    if rule is not None:
        _tell(steps, "retail_rule", retail.asked, stand, rule)
    elif stand.upper is not None:
        _tell(steps, "retail_inherited", retail.asked, stand)
    cut, covered, raised = stand.guarded(rule, retail.asked)
    _guard(steps, "cut_to_ceiling", cut, stand)
    _guard(steps, "raised_to_cost", covered, stand)
    return _guard(steps, "raised_to_floor", raised, stand)


def _tell(
    steps: list[TraceStep], code: str, micro: int, seller: Stand, rule: Rule | None = None
) -> list[TraceStep]:
    case = seller.case
    after = case.money(micro)
    tenant_id = seller.level.tenant_id
    steps.append(TraceStep(code, steps[-1].after, after, tenant_id, rule, case.quantity))
    return steps


def _guard(steps: list[TraceStep], code: str, micro: int, seller: Stand) -> list[TraceStep]:
    return steps if steps[-1].after.micro == micro else _tell(steps, code, micro, seller)


def _shares(last: Stand, retail: Retail) -> list[LevelStep]:
    """Each level sells to the next at the next one's cost, the last one to shoppers."""
    shares = [_share(last, retail.price, retail.rule)]
    stand = last
    while stand.upper is not None:
        rule = stand.rule or stand.upper.retail.rule
        shares.append(_share(stand.upper, stand.cost, rule))
        stand = stand.upper
    return shares[::-1]


def _share(stand: Stand, price: int, rule: Rule | None) -> LevelStep:
    money = stand.case.money
    rule_id = rule.id if rule is not None else None
    return LevelStep(stand.level.tenant_id, money(stand.cost), money(price), rule_id)
