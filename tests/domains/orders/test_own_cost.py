"""What an order costs a site that collects by itself, and what of it comes back. Pure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from kameng.domains.orders import collecting, parts
from kameng.domains.orders.rules import Back, LineFacts
from kameng.kit.money import FEN, Money
from tenants.tree import Tenant
from tests.domains.orders.test_parts import way_back
from tests.support.lines import line, prices, quantities


def seller(bought: LineFacts) -> Tenant:
    """The site at the end of the line's chain, below the master."""
    return cast(Tenant, SimpleNamespace(id=len(bought.chain), root_id=1, currency="CNY"))


def passed(site: Tenant, found: Any) -> int:
    return sum(one.amount.micro for one in collecting.passed_on(site, found))


@given(way_back())
@settings(max_examples=150)
def test_no_step_back_asks_anything_of_the_balance_and_all_of_them_return_the_cost(
    way: tuple[LineFacts, list[Back]],
) -> None:
    bought, steps = way
    site, was, back = seller(bought), Back(0, Money(0)), 0
    for step in steps:
        one = parts.reversal(bought, 1, step, before=was)
        given_up = passed(site, parts.reversed_lines([one]))
        assert given_up >= 0
        back, was = back + given_up, step
    assert back == collecting.cost_of(site, [bought]).micro >= 0


@given(prices, quantities, st.integers(1, 4))
def test_own_goods_cost_a_site_nothing_whatever_rounding_leaves(
    steps: list[int], quantity: int, odd: int
) -> None:
    goods = line([steps[0] + odd, steps[-1] + 3 * odd], quantity)
    site = cast(Tenant, SimpleNamespace(id=7, root_id=1, currency="CNY"))
    own = {**goods.chain[0], "tenant_id": 7}
    bought = LineFacts(**{**_fields(goods), "chain": (own,), "owner_tenant_id": 7})
    assert collecting.cost_of(site, [bought]) == Money(0)
    assert bought.total.micro % FEN == 0


def _fields(bought: LineFacts) -> dict[str, Any]:
    return {name: getattr(bought, name) for name in bought.__dataclass_fields__}
