"""Who gives something back in a refund, and where a refund stands, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.orders.aftersale.rules import Plan, until
from kameng.domains.orders.rules import LineFacts, OrderFacts, Progress
from kameng.faces.frame.money import localtime
from kameng.kit.money import Money
from tenants.tree import Tenant

PARTS: dict[str, Any] = {
    "supplier_cost": _l("Cost of goods"),
    "margin": _l("Margin"),
    "platform_fee": _l("Platform fee"),
    "commission": _l("Promoter's commission"),
    "rounding": _l("Rounding"),
}
STATES: dict[Progress, tuple[Any, str]] = {
    Progress.PENDING: (_l("On its way"), "blue"),
    Progress.DONE: (_l("Given back"), "green"),
    Progress.FAILED: (_l("Failed"), "red"),
    Progress.GIVEN_UP: (_l("Given up"), "secondary"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who gives up a part."""

    site: str
    what: str
    amount: Money


def parties(plan: Plan, sites: Mapping[int, Tenant]) -> Iterator[Party]:
    """Everybody who gives something up, from the master site downwards, rounding last."""
    order = list(PARTS)
    found = sorted(
        plan.gives.items(),
        key=lambda one: (one[0].kind == "rounding", one[0].tenant_id, order.index(one[0].kind)),
    )
    for account, amount in found:
        site = sites.get(account.tenant_id)
        yield Party(site.name if site else "—", str(PARTS[account.kind]), amount)


def state(progress: Progress) -> tuple[str, str]:
    """Where a refund stands: its word and its colour."""
    label, colour = STATES[progress]
    return str(label), colour


def window(order: OrderFacts, line: LineFacts, now: datetime) -> tuple[str, bool]:
    """What was promised about giving a line back, and whether that is over."""
    if line.refund_days is None:
        return _("May be given back at any time"), False
    if line.refund_days == 0:
        return _("Sold without a right to give it back"), True
    end = until(order, line)
    if end is None:
        return _("May be given back for %(days)s days", days=line.refund_days), False
    if end < now:
        return _("Could be given back until %(until)s", until=localtime(end)), True
    return _("May be given back until %(until)s", until=localtime(end)), False
