"""Order lines as plain values, for rules that need no database."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from kameng.domains.orders import rules
from kameng.domains.orders.rules import LineFacts
from kameng.kit import ids
from kameng.kit.money import Money

prices = st.lists(st.integers(0, 10**9), min_size=2, max_size=4).map(sorted)
"""What a chain pays from the owner's cost to the shopper."""
quantities = st.integers(1, 10_000)


def line(
    steps: list[int], quantity: int, owner: int = 1, extras: tuple[dict[str, Any], ...] = ()
) -> LineFacts:
    """A line of a chain that pays these ascending prices, from the owner's cost to the shopper."""
    chain = tuple(
        {"tenant_id": number, "cost": str(low), "price": str(high), "rule_id": None}
        for number, (low, high) in enumerate(pairwise(steps), 1)
    )
    unit = Money(steps[-1])
    return LineFacts(
        id=ids.uuid7(),
        seq=1,
        sku_id=ids.uuid7(),
        product_id=ids.uuid7(),
        owner_tenant_id=owner,
        name="月卡",
        product_name="视频会员",
        usage_note="",
        stock_type="card",
        quantity=quantity,
        unit_price=unit,
        total=rules.line_total(unit, quantity),
        chain=chain,
        extras=extras,
    )


def extra(kind: str, tenant_id: int, amount: int, member: str = "") -> dict[str, Any]:
    """A platform fee or a commission, as a line keeps it."""
    owner = {"owner_type": "member" if member else "house", "owner_id": member}
    return {"kind": kind, "tenant_id": tenant_id, **owner, "amount": str(amount)}
