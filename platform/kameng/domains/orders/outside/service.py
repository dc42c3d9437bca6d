"""What follows for an order when money went back at the provider itself, on its own pages.

The money has left, so it is booked: out of what is owed for goods that are not out, or as everybody
giving up their part of goods that are. What nobody in the order has left is the house's loss. What
becomes of the goods a human decides. Of a site's own account only the site's turnover is less: who
else gives up something the master says.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices.rules import Fact
from kameng.domains.orders import collecting, money, record
from kameng.domains.orders.aftersale import books, queries
from kameng.domains.orders.aftersale.rules import RETURNABLE, Plan
from kameng.domains.orders.disputes import holding
from kameng.domains.orders.disputes.holding import OUTSIDE_TASK
from kameng.domains.orders.errors import MasterReleases
from kameng.domains.orders.record import Journey
from kameng.domains.orders.returns import settling
from kameng.domains.orders.returns.settling import PAID_TWICE, PURPOSE, Answer
from kameng.domains.orders.rules import OrderState, Progress
from kameng.domains.payments import queries as payments
from kameng.domains.payments.outside import rules as outside
from kameng.domains.payments.outside import service as outsides
from kameng.domains.payments.refunds import service as refunds
from kameng.domains.payments.rules import (
    OUTSIDE,
    REFUND_OPEN,
    AttemptFacts,
    ProviderRefund,
    RefundFacts,
    RefundState,
)
from kameng.kit import audit
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.tree import Tenant

WAITING = frozenset({OrderState.PAID, OrderState.PAID_LATE, OrderState.RISK_HOLD})
ENDED = frozenset({OrderState.REFUNDED, OrderState.LOST})


def refunded_outside(
    tenant: Tenant, attempt: AttemptFacts, said: ProviderRefund, *, now: datetime
) -> str:
    """Take in what the provider says of a refund nobody here asked for; twice is once. Says what
    is wrong with one that cannot be: that one is kept nowhere, and a human is told."""
    journey = record.locked(tenant, now=now, number=attempt.reference)
    known, wrong = outsides.taken_in(tenant, attempt, said, now=now)
    if known is None:
        journey.note("outside_refund_odd", audit.SYSTEM, reason=wrong)
        _ask(tenant, journey, said.id, outside.amount_of(said, attempt), wrong)
        record.save(tenant, journey)
        return wrong
    if known.reason == OUTSIDE:
        _go_on(tenant, journey, known, said)
    return ""


def outside_seen_to(
    tenant: Tenant, number: str, *, by: Tenant, actor: Actor, now: datetime
) -> None:
    """Somebody has decided about the goods. `by` is the site whose staff did: as for the goods of
    a held order. Refuses MasterReleases."""
    journey = record.locked(tenant, now=now, number=number)
    if not holding.may_release(tenant, journey.order, by=by):
        raise MasterReleases()
    journey.note("outside_settled", actor)
    record.save(tenant, journey)
    record.close_task(journey.order, OUTSIDE_TASK, now=now)


def refund_settled(
    tenant: Tenant, reference: str, refund_id: UUID, answer: Answer, *, now: datetime
) -> RefundFacts:
    """Apply what is known of any refund, ours or not, to its order and to the books."""
    known = payments.refund(tenant, refund_id)
    if known.reason != OUTSIDE:
        return settling.settled(tenant, reference, refund_id, answer, now=now)
    journey = record.locked(tenant, now=now, number=reference)
    return _go_on(tenant, journey, known, answer)


def _go_on(tenant: Tenant, journey: Journey, known: RefundFacts, answer: Answer) -> RefundFacts:
    """Once the money has left and the order stands still; until then it is looked at again."""
    over = isinstance(answer, ProviderRefund) and outside.has_ended(answer)
    if not over or not _can_take(tenant, journey, known):
        refunds.postpone(tenant, known.id, now=journey.now)
        return known
    known, ended = refunds.settled(tenant, known.id, answer, now=journey.now)
    if not ended:
        return known
    if known.state is RefundState.SUCCEEDED:
        _apply(tenant, journey, known)
        _ask(tenant, journey, str(known.id), known.amount, str(known.amount))
    else:
        journey.note("outside_refund_failed", audit.SYSTEM, amount=str(known.amount))
    record.save(tenant, journey)
    return known


def _can_take(tenant: Tenant, journey: Journey, known: RefundFacts) -> bool:
    """Another refund under way, a dispute, a delivery comes to its own end first; and one that
    failed, unless this is how somebody made it good."""
    past = payments.refunds_for(tenant, PURPOSE, journey.order.number)
    mine = [one for one in past if one.attempt_id == known.attempt_id and one.id != known.id]
    if any(one.state in REFUND_OPEN and one.reason != OUTSIDE for one in mine):
        return False
    state = journey.order.state
    if _made_good(tenant, journey, known) or _is_second(mine):
        return True
    return state in WAITING | ENDED | RETURNABLE


def _apply(tenant: Tenant, journey: Journey, known: RefundFacts) -> None:
    past = payments.refunds_for(tenant, PURPOSE, journey.order.number)
    mine = [one for one in past if one.attempt_id == known.attempt_id]
    if failed := _made_good(tenant, journey, known):
        _make_good(tenant, journey, known, failed)
    elif _is_second(mine):
        settling.book_left(tenant, journey, known, None)
        journey.note("second_payment_refunded", audit.SYSTEM, amount=str(known.amount))
        record.close_task(journey.order, "refund_failed", now=journey.now)
    elif collecting.is_own(tenant, known):
        _own(tenant, journey, known)
    elif journey.order.state in WAITING:
        _undelivered(tenant, journey, known)
    else:
        _delivered(tenant, journey, known)


def _made_good(tenant: Tenant, journey: Journey, known: RefundFacts) -> RefundFacts | None:
    """The refund of ours that failed, if a human has made exactly that one at the provider."""
    if journey.order.state is not OrderState.REFUND_FAILED:
        return None
    past = payments.refunds_for(tenant, PURPOSE, journey.order.number)
    failed = [one for one in past if one.state is RefundState.FAILED and one.reason != PAID_TWICE]
    same = [one for one in failed if one.attempt_id == known.attempt_id]
    return same[-1] if same and same[-1].amount == known.amount else None


def _make_good(tenant: Tenant, journey: Journey, known: RefundFacts, failed: RefundFacts) -> None:
    goods = books.of_attempt(failed.id)
    settling.book_left(tenant, journey, known, goods)
    if goods is None:
        settling.finish(tenant, journey, audit.SYSTEM)
    else:
        books.try_again(goods, known.id)
        settling.finish_goods(tenant, journey, goods, audit.SYSTEM)
    record.close_task(journey.order, "refund_failed", now=journey.now)


def _is_second(refunds_of_it: list[RefundFacts]) -> bool:
    """Whether it is about a second payment, which was to go back anyhow and did not."""
    return any(one.reason == PAID_TWICE for one in refunds_of_it)


def _own(tenant: Tenant, journey: Journey, known: RefundFacts) -> None:
    order = journey.order
    settling.book_left(tenant, journey, known, None)
    if order.state not in WAITING:
        journey.note("outside_refund", audit.SYSTEM, amount=str(known.amount))
        return
    _end_or_hold(tenant, journey, known, _owed(tenant, journey))


def _undelivered(tenant: Tenant, journey: Journey, known: RefundFacts) -> None:
    """So much less is owed in goods; when nothing is, there is nothing to deliver any more."""
    order = journey.order
    left = _owed(tenant, journey)
    taken = min(known.amount, left)
    if taken:
        plan = queries.shared_out(tenant, order, record.lines_of(order.id), taken, now=journey.now)
        row = books.write(tenant, journey, plan, known.id, reason=OUTSIDE, actor=audit.SYSTEM)
        row.attempt_id = known.id
        books.end(row, journey, Progress.DONE)
        money.gone_undelivered(tenant, order, str(known.id), taken, now=journey.now)
    _beyond(tenant, journey, known, known.amount - taken)
    settling.book_left(tenant, journey, known, None)
    _end_or_hold(tenant, journey, known, left - taken)


def _owed(tenant: Tenant, journey: Journey) -> Money:
    return settling.still_owed(tenant, journey.order, record.lines_of(journey.order.id))


def _end_or_hold(tenant: Tenant, journey: Journey, known: RefundFacts, left: Money) -> None:
    if left.micro > 0:
        holding.keep_back(tenant, journey, "outside_refund", amount=str(known.amount))
        return
    holding.free(tenant, journey)
    journey.move(OrderState.REFUNDING, "outside_refund", audit.SYSTEM, amount=str(known.amount))
    settling.finish(tenant, journey, audit.SYSTEM)


def _delivered(tenant: Tenant, journey: Journey, known: RefundFacts) -> None:
    """Everybody gives up their share of it, as for a refund of ours by amount."""
    order, lines = journey.order, record.lines_of(journey.order.id)
    left = queries.not_given_back(lines)
    taken = min(known.amount, left)
    _beyond(tenant, journey, known, known.amount - taken)
    if not taken:
        settling.book_left(tenant, journey, known, None)
        journey.note("outside_refund_beyond", audit.SYSTEM, amount=str(known.amount))
        return
    plan = queries.shared_out(tenant, order, lines, taken, now=journey.now)
    journey.move(OrderState.REFUNDING, "outside_refund", audit.SYSTEM, amount=str(known.amount))
    _book(tenant, journey, known, plan)


def _book(tenant: Tenant, journey: Journey, known: RefundFacts, plan: Plan) -> None:
    owed = house(tenant.root_id, AccountKind.REFUND_DUE, journey.order.currency)
    row = books.write(tenant, journey, plan, known.id, reason=OUTSIDE, actor=audit.SYSTEM)
    row.attempt_id = known.id
    if hidden := sum(one.unseen for one in plan.lines):
        record.open_task(journey.order, "unseen_secrets", str(hidden), now=journey.now)
    books.post(tenant, journey, plan, known.id, owed, audit.SYSTEM)
    settling.book_left(tenant, journey, known, row)
    settling.finish_goods(tenant, journey, row, audit.SYSTEM)


def _beyond(tenant: Tenant, journey: Journey, known: RefundFacts, amount: Money) -> None:
    if amount.micro > 0:
        money.gone_beyond(tenant, journey.order, str(known.id), amount, now=journey.now)


def _ask(tenant: Tenant, journey: Journey, key: str, amount: Money, why: str) -> None:
    """Put it before a human: at the master, or at the site whose own account it was."""
    order, own = journey.order, journey.order.pay_method == collecting.OWN
    record.open_task(order, OUTSIDE_TASK, why, now=journey.now)
    site = tenant.id if own else tenant.root_id
    facts: dict[str, Fact] = {"number": order.number, "amount": amount}
    page = f"/orders/{tenant.id}/{order.number}"
    notifications.notify(
        tenant, Kind.OUTSIDE_REFUND, facts, key=key, now=journey.now, page=page, site=site
    )
