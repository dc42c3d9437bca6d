"""The verbs of disputes: ask the provider, take in what it says, book what it takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.payments.disputes import queries, rules
from kameng.domains.payments.disputes.events import DisputeMoved
from kameng.domains.payments.disputes.models import PaymentDispute
from kameng.domains.payments.disputes.rules import DisputeFacts, DisputeState
from kameng.domains.payments.errors import DisputeNotFound
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.rules import AttemptFacts, Movement, ProviderDispute
from kameng.kit import ids
from kameng.kit.audit import SYSTEM
from kameng.kit.calls import CallRefused
from kameng.kit.money import Money
from kameng.kit.outbox import announce
from tenants.database import session
from tenants.tree import Tenant


def reported(gateway: Gateway, dispute: str) -> ProviderDispute:
    """Ask the provider about a dispute: a notification is only a hint. Call it with no transaction
    open; may raise CallRefused or CallUnknown."""
    found = gateway.read_dispute(dispute)
    if found is None:
        raise CallRefused(f"the provider has no dispute {dispute}")
    return found


def opened_since(gateway: Gateway, since: datetime) -> Iterator[ProviderDispute]:
    """What was disputed since then, whether or not we heard of it. No transaction open."""
    return gateway.disputes_since(since)


def take_in(
    tenant: Tenant, attempt: AttemptFacts, said: ProviderDispute, *, now: datetime
) -> DisputeFacts:
    """Bring what the provider says of a dispute into the books, whichever report comes first and
    however often. Whatever was bought must be locked before."""
    row, is_new = _locked(tenant, attempt, said, now)
    before = None if is_new else DisputeState(row.state)
    after = rules.later(before, said.status)
    row.state, row.updated_at = after.value, now
    if after in rules.OVER:
        row.closed_at = row.closed_at or now
    else:
        row.due_at, row.reason = said.due_at, said.reason[:60]
    for movement in said.movements:
        _book(tenant, attempt, row, movement, now)
    return _stored(tenant, row, now, tell=after != before and after in rules.TOLD)


def followed(tenant: Tenant, dispute_id: UUID, *, now: datetime) -> DisputeFacts:
    """Whatever was bought has come to its end with the dispute."""
    row = session.get_one(PaymentDispute, dispute_id)
    row.followed = True
    return _stored(tenant, row, now, tell=False)


def postpone(
    tenant: Tenant, dispute_id: UUID, *, now: datetime, by: timedelta = rules.LATER
) -> None:
    """Nobody answered, or what was bought is on its way elsewhere: look at it again."""
    row = session.get(PaymentDispute, dispute_id)
    if row is None:
        raise DisputeNotFound()
    row.check_at = now + by
    session.flush()


def _stored(tenant: Tenant, row: PaymentDispute, now: datetime, *, tell: bool) -> DisputeFacts:
    found = queries.facts(row)
    row.check_at = rules.next_look(found, now)
    session.flush()
    if tell:
        announce(tenant, DisputeMoved(row.id, row.state))
    return found


def _locked(
    tenant: Tenant, attempt: AttemptFacts, said: ProviderDispute, now: datetime
) -> tuple[PaymentDispute, bool]:
    """The row, locked until the transaction ends; True where this report has made it."""
    zero = Money.zero(attempt.amount.currency)
    made = session.execute(
        insert(PaymentDispute)
        .values(
            id=ids.uuid7(),
            tenant_id=tenant.id,
            root_id=tenant.root_id,
            attempt_id=attempt.id,
            channel=attempt.channel,
            purpose=attempt.purpose,
            reference=attempt.reference,
            provider_dispute=said.id,
            amount=Money.of_fen(said.amount_fen, attempt.amount.currency),
            taken=zero,
            fee=zero,
            currency=attempt.amount.currency,
            state=rules.later(None, said.status).value,
            reason=said.reason[:60],
            followed=False,
            due_at=said.due_at,
            opened_at=said.opened_at,
            updated_at=now,
        )
        .on_conflict_do_nothing(constraint="uq_payment_dispute_dispute")
        .returning(PaymentDispute.id)
    ).first()
    row = session.scalar(
        select(PaymentDispute)
        .where(PaymentDispute.channel == attempt.channel)
        .where(PaymentDispute.provider_dispute == said.id, PaymentDispute.tenant_id == tenant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise DisputeNotFound()
    return row, made is not None


def _book(
    tenant: Tenant, attempt: AttemptFacts, row: PaymentDispute, movement: Movement, now: datetime
) -> None:
    """What the provider took out of its account or put back, once. Of an own channel of a site
    nothing lies with the master: nothing is booked."""
    taken = Money.of_fen(-movement.amount_fen, row.currency)
    fee = Money.of_fen(movement.fee_fen, row.currency)
    if attempt.payee_tenant_id != tenant.root_id or not taken + fee:
        return
    clearing = house(tenant.root_id, AccountKind.CLEARING_STRIPE, row.currency)
    loss = house(tenant.root_id, AccountKind.DISPUTE_LOSS, row.currency)
    gone = taken + fee
    kind = "dispute_withdrawn" if gone.micro > 0 else "dispute_reinstated"
    lines = [debit(loss, gone), credit(clearing, gone)]
    key = f"dispute:{row.id}:{movement.id}"
    posting = Posting(kind, key, "dispute", str(row.id), lines, SYSTEM)
    if not ledger.post(tenant, posting, now=now).replayed:
        row.taken, row.fee = row.taken + taken, row.fee + fee
