"""The verbs for delivered goods: give them back, give a failed refund up, show what may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kameng.domains.delivery import service as delivery
from kameng.domains.delivery.rules import Secret
from kameng.domains.ledger.rules import AccountKey, AccountKind, house
from kameng.domains.orders import collecting, record
from kameng.domains.orders.aftersale import books, queries, rules
from kameng.domains.orders.aftersale.rules import Plan, Wanted, Way, Window
from kameng.domains.orders.errors import (
    NoBalanceToRefundTo,
    OwnMoneyGoesBack,
    RefundMoved,
    RefundNotPossible,
    RefundReasonMissing,
    RefundRepeated,
    RefundWindowOver,
)
from kameng.domains.orders.models import OrderRefund
from kameng.domains.orders.record import Journey
from kameng.domains.orders.returns import settling
from kameng.domains.orders.rules import OrderFacts, OrderState
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.wallet.rules import wallet_of
from kameng.kit.audit import Actor
from kameng.kit.calls import Call
from tenants.tree import Tenant

LONGEST_REASON = 200


def give_back_goods(
    tenant: Tenant,
    number: str,
    wanted: Sequence[Wanted],
    *,
    refund_id: UUID,
    seen: str,
    reason: str,
    actor: Actor,
    now: datetime,
    way: Way = Way.BACK,
    window: Window = Window.KEPT,
) -> Call[Any, Any] | None:
    """Give back delivered goods, whole or in part. None: the money is on the balance, done.

    `refund_id` makes twice once; `seen` is the mark of the plan that was looked at: RefundMoved
    when something was given back meanwhile. RefundWindowOver after the promised days, unless
    `window` is overruled.
    """
    journey = record.locked(tenant, now=now, number=number)
    if known := books.by_id(refund_id):
        _check_same(known, journey, wanted)
        return None
    plan = _agreed(tenant, journey, wanted, seen=seen, reason=reason, window=window)
    to_balance = _goes_to_balance(journey.order, way)
    told = {"reason": reason.strip(), "amount": str(plan.amount)}
    journey.move(OrderState.REFUNDING, "returning", actor, **told)
    row = books.write(tenant, journey, plan, refund_id, reason=reason.strip(), actor=actor)
    _leave_unseen(plan, now)
    target = _owed_to(tenant, journey.order, to_balance=to_balance)
    books.post(tenant, journey, plan, refund_id, target, actor)
    if to_balance:
        settling.finish_goods(tenant, journey, row, actor)
        record.save(tenant, journey)
        return None
    return _through_provider(tenant, journey, row)


def give_up_refund(
    tenant: Tenant, number: str, *, reason: str, actor: Actor, now: datetime
) -> OrderFacts:
    """A refund that failed will not be made: everybody has back what they gave up for it."""
    journey = record.locked(tenant, now=now, number=number)
    row = books.failed(journey.order.id)
    if row is None or journey.order.state is not OrderState.REFUND_FAILED:
        raise RefundNotPossible(state=journey.order.state.value)
    _check_reason(reason)
    books.undo(tenant, journey, row, actor)
    back = any(line.returned or line.back.money for line in record.lines_of(journey.order.id))
    to = OrderState.PARTIALLY_REFUNDED if back else OrderState.COMPLETED
    journey.move(to, "refund_given_up", actor, reason=reason.strip(), amount=str(row.amount))
    record.close_task(journey.order, "refund_failed", now=now)
    if not queries.unseen(queries.of_order(tenant, journey.order.id)):
        record.close_task(journey.order, "unseen_secrets", now=now)
    return record.save(tenant, journey)


def reveal(tenant: Tenant, order_id: UUID, *, actor: Actor, now: datetime) -> list[Secret]:
    """Show an order's secrets but those given back before anybody saw them; the caller has checked
    the right."""
    hidden = queries.unseen(queries.of_order(tenant, order_id))
    return delivery.reveal(tenant, order_id, hidden=hidden, actor=actor, now=now)


def seen_to(tenant: Tenant, number: str, *, actor: Actor, now: datetime) -> None:
    """Somebody has decided what becomes of the secrets that were given back unseen."""
    journey = record.locked(tenant, now=now, number=number)
    journey.note("unseen_settled", actor)
    record.save(tenant, journey)
    record.close_task(journey.order, "unseen_secrets", now=now)


def _agreed(
    tenant: Tenant,
    journey: Journey,
    wanted: Sequence[Wanted],
    *,
    seen: str,
    reason: str,
    window: Window,
) -> Plan:
    """The plan of a locked order, if it is the one that was looked at and may be carried out."""
    rules.check_state(journey.order)
    _check_reason(reason)
    lines = record.lines_of(journey.order.id)
    if seen != rules.mark(lines):
        raise RefundMoved()
    plan = queries.planned(tenant, journey.order, lines, wanted, now=journey.now)
    if plan.late and window is Window.KEPT:
        over = [one for one in plan.lines if one.until and one.until < journey.now]
        raise RefundWindowOver(until=over[0].until, days=over[0].line.refund_days)
    return plan


def _check_reason(reason: str) -> None:
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise RefundReasonMissing(most=LONGEST_REASON)


def _check_same(known: OrderRefund, journey: Journey, wanted: Sequence[Wanted]) -> None:
    """The same refund posted again is the first one; another one under its id is refused."""
    asked = {(str(one.line_id), one.pieces) for one in wanted if one.pieces or one.money}
    made = {(line["line_id"], line["pieces"]) for line in known.lines}
    if known.order_id != journey.order.id or asked != made:
        raise RefundRepeated()


def _goes_to_balance(order: OrderFacts, way: Way) -> bool:
    if way is Way.BALANCE and order.pay_method == collecting.OWN:
        raise OwnMoneyGoesBack()
    if way is Way.BALANCE and order.member_id is None:
        raise NoBalanceToRefundTo()
    return way is Way.BALANCE or order.pay_method == "wallet"


def _owed_to(tenant: Tenant, order: OrderFacts, *, to_balance: bool) -> AccountKey:
    if to_balance:
        assert order.member_id is not None
        return wallet_of(tenant.id, order.member_id, order.currency)
    return house(tenant.root_id, AccountKind.REFUND_DUE, order.currency)


def _leave_unseen(plan: Plan, now: datetime) -> None:
    """Secrets that nobody has seen stay closed; a human decides what becomes of them."""
    count = sum(one.unseen for one in plan.lines)
    if count:
        record.open_task(plan.order, "unseen_secrets", str(count), now=now)


def _through_provider(tenant: Tenant, journey: Journey, row: OrderRefund) -> Call[Any, Any]:
    paid = settling.paid_attempt(tenant, journey, row.amount)
    said = settling.typed(row.reason)
    begun = refunds.prepare(tenant, paid, row.amount, reason=said, now=journey.now)
    row.attempt_id = begun.id
    record.save(tenant, journey)
    return settling.call_for(tenant, begun)
