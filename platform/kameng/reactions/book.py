"""Which reactions follow which event, in order. An event that nobody follows stands in SILENT, so
that forgetting one is not possible by accident (tests/house/test_book.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kameng.domains.agents import events as agents
from kameng.domains.orders import events as orders
from kameng.domains.payees import events as payees
from kameng.domains.payees.accounts import events as accounts
from kameng.domains.payments.disputes import events as disputes
from kameng.domains.pricing.changes import events as prices
from kameng.domains.pricing.news import events as news
from kameng.domains.withdrawals import events as withdrawals
from kameng.kit.calls import Call
from kameng.kit.events import Event
from kameng.reactions import (
    costs_moved,
    dispute_moved,
    goods_refunded,
    member_told,
    order_completed,
    order_paid,
    prices_changed,
    site_opened,
)
from tenants.tree import Tenant

Reaction = Callable[[Tenant, Any, datetime], Call[Any, Any] | None]
"""Runs in its own transaction, keyed by (event id, name): twice is once. What must be asked
outside comes back as a Call, which the relay runs after the commit."""

BOOK: dict[type[Event], tuple[Reaction, ...]] = {
    orders.OrderPaid: (order_paid.deliver,),
    orders.GoodsRefunded: (goods_refunded.tell_shopper, goods_refunded.tell_debtor),
    orders.OrderCompleted: (
        order_completed.tell_shopper,
        order_completed.let_commission_wait,
    ),
    disputes.DisputeMoved: (dispute_moved.tell_master, dispute_moved.tell_site),
    agents.SiteOpened: (site_opened.invite_owner,),
    prices.PricesChanged: (prices_changed.look_below, prices_changed.end_waiting),
    news.CostsMoved: (costs_moved.tell_owner,),
    payees.MemberPayeeMoved: (member_told.of_payee,),
    accounts.MemberAccountMoved: (member_told.of_account,),
    withdrawals.MemberWithdrawalMoved: (member_told.of_withdrawal,),
}
SILENT: frozenset[type[Event]] = frozenset({orders.OrderRefunded})


def reactions_to(event: Event) -> tuple[Reaction, ...]:
    """What follows; nothing for a silent event, an error for one nobody has thought of."""
    kind = type(event)
    if kind in SILENT:
        return ()
    return BOOK[kind]


def name_of(reaction: Reaction) -> str:
    """The name under which a reaction's having run is remembered."""
    return f"{reaction.__module__.rpartition('.')[2]}.{reaction.__name__}"
