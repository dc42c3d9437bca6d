"""What may be withdrawn, and reads of withdrawals: a site its own, the master all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, func, select

from kameng.domains.ledger import queries as ledger
from kameng.domains.payees.accounts.rules import Method
from kameng.domains.payees.rules import HOUSE, Owner
from kameng.domains.withdrawals import rules
from kameng.domains.withdrawals.models import Withdrawal
from kameng.domains.withdrawals.rules import COUNTED, Purse, State
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class WithdrawalFacts:
    """One withdrawal. `decider` and `payer` are who acted, as kind:id; the names go beside them."""

    id: UUID
    tenant_id: int
    owner: Owner
    amount: Money
    fee: Money
    account_id: UUID
    method: Method
    holder: str
    hint: str
    state: State
    due_on: date
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str | None
    decider: str | None
    reason: str
    payer: str | None
    payer_name: str | None
    paying_since: datetime | None
    paid_at: datetime | None
    gateway: str | None
    proof: str
    has_picture: bool
    returned_at: datetime | None

    @property
    def paid(self) -> Money:
        """What arrives."""
        return self.amount - self.fee

    def is_late(self, today: date) -> bool:
        """Promised to have arrived before today, and has not been sent."""
        return self.state in rules.OPEN and today > self.due_on


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of withdrawals, and how many there are."""

    rows: list[WithdrawalFacts]
    total: int


def purse(tenant: Tenant, owner: Owner = HOUSE) -> Purse:
    """What an owner has due and not set aside, and what is owed back."""
    held = ledger.balance(rules.available_of(tenant.id, owner, tenant.currency))
    owing = ledger.balance(rules.owing_of(tenant.id, owner, tenant.currency)).posted
    debt = Money(max(0, -owing.micro), tenant.currency)
    return Purse(held.available, debt)


def set_aside(tenant: Tenant, owner: Owner = HOUSE) -> Money:
    """What of the due money is under way in withdrawals."""
    held = ledger.balance(rules.available_of(tenant.id, owner, tenant.currency))
    return held.posted - held.available


def asked_between(tenant: Tenant, owner: Owner, since: datetime, until: datetime) -> Money:
    """What an owner asked for in a span of time and was not refused."""
    total = func.coalesce(func.sum(Withdrawal.amount), 0).cast(BigInteger)
    mine = (
        *_of(tenant, owner),
        Withdrawal.state.in_([one.value for one in COUNTED]),
        Withdrawal.asked_at >= since,
        Withdrawal.asked_at < until,
    )
    return Money(session.scalar(select(total).where(*mine)) or 0, tenant.currency)


def one(tenant: Tenant, withdrawal_id: UUID) -> WithdrawalFacts | None:
    """One withdrawal of the bound site, or, bound to the master, of any site below."""
    query = select(Withdrawal).where(Withdrawal.id == withdrawal_id)
    row = session.scalar(query.where(_seen_by(tenant)))
    return facts(row) if row else None


def of_owner(tenant: Tenant, owner: Owner = HOUSE, *, page: int = 1, size: int = 30) -> Listed:
    """An owner's withdrawals, the latest first."""
    return _listed(_of(tenant, owner), page, size)


def of_alliance(
    master: Tenant,
    states: Collection[State] = (),
    *,
    site_id: int | None = None,
    page: int = 1,
    size: int = 30,
) -> Listed:
    """All withdrawals the master has to do with: open ones the oldest first, else the latest."""
    mine = [Withdrawal.root_id == master.id]
    if states:
        mine.append(Withdrawal.state.in_([one.value for one in states]))
    if site_id is not None:
        mine.append(Withdrawal.tenant_id == site_id)
    return _listed(tuple(mine), page, size, oldest=bool(states) and set(states) <= rules.OPEN)


def counts(
    master: Tenant, states: Collection[State] = tuple(State)
) -> dict[State, tuple[int, Money]]:
    """How many withdrawals stand where, with their sums; states nobody stands in are absent."""
    total = func.sum(Withdrawal.amount).cast(BigInteger)
    among = Withdrawal.state.in_([one.value for one in states])
    query = (
        select(Withdrawal.state, func.count(), total)
        .where(Withdrawal.root_id == master.id, among)
        .group_by(Withdrawal.state)
    )
    return {
        State(state): (count, Money(micro, master.currency))
        for state, count, micro in session.execute(query)
    }


def facts(row: Withdrawal) -> WithdrawalFacts:
    """The public side of a row."""
    return WithdrawalFacts(
        id=row.id,
        tenant_id=row.tenant_id,
        owner=Owner(row.owner_type, row.owner_id),
        amount=row.amount,
        fee=row.fee,
        account_id=row.account_id,
        method=Method(row.method),
        holder=row.holder,
        hint=row.hint,
        state=State(row.state),
        due_on=row.due_on,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        decider=row.decider,
        reason=row.reason,
        payer=row.payer,
        payer_name=row.payer_name,
        paying_since=row.paying_since,
        paid_at=row.paid_at,
        gateway=row.gateway,
        proof=row.proof,
        has_picture=row.has_picture,
        returned_at=row.returned_at,
    )


def _listed(
    mine: tuple[ColumnElement[bool], ...], page: int, size: int, *, oldest: bool = False
) -> Listed:
    total = session.scalar(select(func.count()).select_from(Withdrawal).where(*mine)) or 0
    order = Withdrawal.id if oldest else Withdrawal.id.desc()
    query = select(Withdrawal).where(*mine).order_by(order)
    rows = session.scalars(query.limit(size).offset((max(page, 1) - 1) * size))
    return Listed([facts(row) for row in rows], total)


def _of(tenant: Tenant, owner: Owner) -> tuple[ColumnElement[bool], ...]:
    return (
        Withdrawal.tenant_id == tenant.id,
        Withdrawal.owner_type == owner.kind,
        Withdrawal.owner_id == owner.id,
    )


def _seen_by(tenant: Tenant) -> ColumnElement[bool]:
    if tenant.is_root:
        return Withdrawal.root_id == tenant.id
    return Withdrawal.tenant_id == tenant.id
