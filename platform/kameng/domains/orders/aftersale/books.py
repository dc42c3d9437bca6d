"""How a refund of delivered goods is written: what is back of each line, the refund itself, and the
postings that take from each party what it gives up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text, update

from kameng.domains.ledger.rules import AccountKey
from kameng.domains.orders import collecting, money, parts, record
from kameng.domains.orders.aftersale import rules
from kameng.domains.orders.aftersale.rules import Plan
from kameng.domains.orders.models import OrderLine, OrderRefund
from kameng.domains.orders.record import Journey
from kameng.domains.orders.rules import Back, LineFacts, Progress
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


def write(
    tenant: Tenant, journey: Journey, plan: Plan, refund_id: UUID, *, reason: str, actor: Actor
) -> OrderRefund:
    """Store the refund and what is back of its lines now."""
    for one in plan.lines:
        set_back(one.line.id, one.after)
    row = OrderRefund(
        id=refund_id,
        order_id=plan.order.id,
        state=Progress.PENDING.value,
        amount=plan.amount,
        lines=[one.kept() for one in plan.lines],
        reason=reason,
        late=plan.late,
        by_name=actor.name[:80],
        at=journey.now,
    )
    session.add(row)
    session.flush()
    count_back(plan.order.id)
    return row


def post(
    tenant: Tenant, journey: Journey, plan: Plan, refund_id: UUID, to: AccountKey, actor: Actor
) -> None:
    """Everybody gives up what the plan says; whoever gets it is owed it."""
    steps = [one.step for one in plan.lines]
    money.returned(
        tenant, journey.order, str(refund_id), steps, plan.amount, to, actor, now=journey.now
    )


def undo(tenant: Tenant, journey: Journey, row: OrderRefund, actor: Actor) -> None:
    """A refund that failed is given up: its parts go back to whoever gave them up, and its pieces
    count as bought again. Its order's newest refund, so what is back of a line is its own end."""
    steps = []
    for line, before in _before(tenant, row):
        steps.append(parts.reversal(line, tenant.root_id, before))
        set_back(line.id, before)
    money.return_undone(tenant, journey.order, str(row.id), steps, row.amount, actor, journey.now)
    row.state, row.settled_at = Progress.GIVEN_UP.value, journey.now
    session.flush()
    count_back(journey.order.id)


def cost_back(tenant: Tenant, row: OrderRefund) -> Money:
    """What others gave up for the newest refund of an order whose site collected by itself."""
    steps = [
        parts.reversal(line, tenant.root_id, line.back, before=before)
        for line, before in _before(tenant, row)
    ]
    given = collecting.passed_on(tenant, parts.reversed_lines(steps))
    return -collecting.balance_of(given, tenant.currency)


def _before(tenant: Tenant, row: OrderRefund) -> list[tuple[LineFacts, Back]]:
    """The lines of an order's newest refund, and what was back of each before it."""
    known = {line.id: line for line in record.lines_of(row.order_id)}
    found = []
    for kept in row.lines:
        line = known[UUID(kept["line_id"])]
        given = _money(tenant, kept["money"])
        found.append((line, Back(line.back.pieces - kept["pieces"], line.back.money - given)))
    return found


def try_again(row: OrderRefund, attempt_id: UUID) -> None:
    """A refund that failed is sent once more."""
    row.state, row.attempt_id, row.settled_at = Progress.PENDING.value, attempt_id, None
    session.flush()


def end(row: OrderRefund, journey: Journey, progress: Progress) -> None:
    """The refund has come to an end, a good or a bad one."""
    row.state, row.settled_at = progress.value, journey.now
    session.flush()


def by_id(refund_id: UUID) -> OrderRefund | None:
    """A refund, by the id its page gave it."""
    return session.get(OrderRefund, refund_id)


def of_attempt(attempt_id: UUID) -> OrderRefund | None:
    """The refund whose money goes out by this attempt; None where it is a whole order's."""
    return session.scalar(select(OrderRefund).where(OrderRefund.attempt_id == attempt_id))


def failed(order_id: UUID) -> OrderRefund | None:
    """The refund of an order that failed and waits for a human."""
    query = select(OrderRefund).where(
        OrderRefund.order_id == order_id, OrderRefund.state == Progress.FAILED.value
    )
    return session.scalar(query)


def count_back(order_id: UUID) -> Money:
    """Tell the index what the shopper has had back of an order."""
    amount = rules.back_in_all(record.lines_of(order_id))
    tell_index(order_id, amount)
    return amount


def tell_index(order_id: UUID, amount: Money) -> None:
    """What of an order has been given back, for the lists of the sites above."""
    told = {"order": order_id, "amount": amount.micro}
    session.execute(text("SELECT shared.order_refunded(:order, :amount)"), told)


def is_all_back(lines: Sequence[LineFacts]) -> bool:
    """Whether nothing of an order is left to give back."""
    return all(parts.paid_back(line, line.back) == line.total for line in lines)


def set_back(line_id: UUID, back: Back) -> None:
    """Keep what of a line is back now."""
    session.execute(
        update(OrderLine)
        .where(OrderLine.id == line_id)
        .values(returned=back.pieces, allowed=back.money)
        .execution_options(synchronize_session=False)
    )


def _money(tenant: Tenant, micro: str) -> Money:
    return Money(int(micro), tenant.currency)
