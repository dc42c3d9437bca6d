"""The master's verbs: approve or reject, hold while paying, confirm with proof, take back a
transfer that came back.

Inside `use(site)` of the site whose money it is: the master binds it, as with its deposit.
"""

from __future__ import annotations

import base64
from datetime import datetime
from uuid import UUID

from kameng.domains.ledger import service as ledger
from kameng.domains.notifications.kinds import Kind
from kameng.domains.payees.accounts import service as accounts
from kameng.domains.payees.accounts.service import Whole
from kameng.domains.payees.rules import Owner
from kameng.domains.withdrawals import notices, policy, queries, rules
from kameng.domains.withdrawals.errors import (
    FourEyes,
    NotYourPayout,
    PaidByProvider,
    TransferUnderWay,
    WithdrawalMoved,
)
from kameng.domains.withdrawals.models import Withdrawal
from kameng.domains.withdrawals.payouts import GATEWAYS, Payout, Proof, stripe
from kameng.domains.withdrawals.queries import WithdrawalFacts
from kameng.domains.withdrawals.rules import State
from kameng.domains.withdrawals.service import give_back, move, note, taken, usable_account
from kameng.kit import secrets
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


def approve(tenant: Tenant, withdrawal_id: UUID, *, actor: Actor, now: datetime) -> WithdrawalFacts:
    """Let it be paid out. Refuses WithdrawalMoved, DebtFirst, and accounts that do not stand."""
    row = taken(tenant, withdrawal_id)
    rules.check_move(State(row.state), State.APPROVED)
    _refuse_unpayable(tenant, row)
    row.state = State.APPROVED.value
    row.decided_at, row.decided_by, row.decider = now, actor.name[:80], _who(actor)
    _done(tenant, actor, row)
    notices.moved(tenant, row, Kind.WITHDRAWAL_APPROVED, now=now)
    return queries.facts(row)


def reject(
    tenant: Tenant, withdrawal_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> WithdrawalFacts:
    """Give the money back to the owner and say why. Refuses BadDecision, WithdrawalMoved; one that
    is being paid is let go only by its payer (NotYourPayout)."""
    said = rules.check_reason(reason)
    row = taken(tenant, withdrawal_id)
    if row.state == State.PAYING:
        _refuse_under_way(row)
        _refuse_others(row, actor)
    failed = row.state == State.PAYING
    move(row, State.REJECTED)
    give_back(tenant, row, actor, now)
    row.reason, row.decided_at = said, now
    row.decided_by, row.decider = actor.name[:80], _who(actor)
    _done(tenant, actor, row, reason=said)
    kind = Kind.WITHDRAWAL_FAILED if failed else Kind.WITHDRAWAL_REJECTED
    notices.moved(tenant, row, kind, now=now)
    return queries.facts(row)


def start(tenant: Tenant, withdrawal_id: UUID, *, actor: Actor, now: datetime) -> WithdrawalFacts:
    """Take it to pay it now: nobody else pays it meanwhile. Refuses FourEyes, DebtFirst …, and
    PaidByProvider."""
    _refuse_by_hand(taken(tenant, withdrawal_id))
    return take_up(tenant, withdrawal_id, actor=actor, now=now)


def take_up(tenant: Tenant, withdrawal_id: UUID, *, actor: Actor, now: datetime) -> WithdrawalFacts:
    """It is paid now, by this person or by a provider that this person asks."""
    row = taken(tenant, withdrawal_id)
    rules.check_move(State(row.state), State.PAYING)
    if policy.of(tenant).four_eyes and row.decider == _who(actor):
        raise FourEyes()
    _refuse_unpayable(tenant, row)
    row.state = State.PAYING.value
    row.payer, row.payer_name, row.paying_since = _who(actor), actor.name[:80], now
    _done(tenant, actor, row)
    return queries.facts(row)


def release(tenant: Tenant, withdrawal_id: UUID, *, actor: Actor, now: datetime) -> WithdrawalFacts:
    """Nothing was sent: it waits again for somebody to pay it."""
    row = taken(tenant, withdrawal_id)
    if row.state == State.PAYING:
        _refuse_under_way(row)
    return let_go(tenant, withdrawal_id, actor=actor)


def let_go(tenant: Tenant, withdrawal_id: UUID, *, actor: Actor) -> WithdrawalFacts:
    """Nothing was sent, as whoever pays it has found out."""
    row = taken(tenant, withdrawal_id)
    if row.state != State.PAYING:
        raise WithdrawalMoved(state=row.state)
    move(row, State.APPROVED)
    row.payer = row.payer_name = row.paying_since = None
    _done(tenant, actor, row, note="released")
    return queries.facts(row)


def confirm(
    tenant: Tenant,
    withdrawal_id: UUID,
    told: Proof,
    *,
    gateway: str = "manual",
    actor: Actor,
    now: datetime,
) -> WithdrawalFacts:
    """The money has left: what was set aside is booked, once. Refuses BadProof, BadPicture,
    NotYourPayout, PaidByProvider, WithdrawalMoved (a second confirmation finds it paid)."""
    row = taken(tenant, withdrawal_id)
    rules.check_move(State(row.state), State.PAID)
    _refuse_by_hand(row)
    _refuse_others(row, actor)
    way = GATEWAYS[gateway]
    shown = way.paid(Payout(row.id, row.amount - row.fee, row.holder), told)
    return _book(tenant, row, shown, way.code, actor, now)


def paid_by(
    tenant: Tenant, withdrawal_id: UUID, shown: Proof, *, actor: Actor, now: datetime
) -> WithdrawalFacts:
    """The provider has sent it, and this is its word for it."""
    row = taken(tenant, withdrawal_id)
    return _book(tenant, row, shown, stripe.CODE, actor, now)


def _book(
    tenant: Tenant, row: Withdrawal, shown: Proof, way: str, actor: Actor, now: datetime
) -> WithdrawalFacts:
    rules.check_move(State(row.state), State.PAID)
    key = f"withdrawal:{row.id}:paid"
    posted = ledger.settle_hold(tenant, row.hold_id, key=key, actor=actor, now=now)
    move(row, State.PAID)
    row.txn_id, row.paid_at, row.gateway = posted.txn_id, now, way
    row.proof, row.has_picture = shown.text, bool(shown.picture)
    row.proof_picture = _sealed(tenant, row, shown.picture)
    _done(tenant, actor, row, proof=shown.text)
    notices.moved(tenant, row, Kind.WITHDRAWAL_PAID, now=now)
    return queries.facts(row)


def returned(
    tenant: Tenant, withdrawal_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> WithdrawalFacts:
    """The bank sent the money back: the posting is reversed with its fee, once."""
    said = rules.check_reason(reason)
    _refuse_by_hand(taken(tenant, withdrawal_id))
    return send_back(tenant, withdrawal_id, said, actor=actor, now=now)


def send_back(
    tenant: Tenant, withdrawal_id: UUID, said: str, *, actor: Actor, now: datetime
) -> WithdrawalFacts:
    """The money is back: what was booked is undone."""
    row = taken(tenant, withdrawal_id)
    if row.txn_id is None:
        raise WithdrawalMoved(state=row.state)
    move(row, State.RETURNED)
    key, kind = f"withdrawal:{row.id}:returned", "withdrawal_returned"
    ledger.reverse(tenant, row.txn_id, key=key, kind=kind, actor=actor, now=now)
    row.reason, row.returned_at = said, now
    _done(tenant, actor, row, reason=said)
    notices.moved(tenant, row, Kind.WITHDRAWAL_FAILED, now=now)
    return queries.facts(row)


def account(tenant: Tenant, withdrawal_id: UUID, *, actor: Actor) -> Whole:
    """The account as a whole, for the one who pays it now; the log says who looked."""
    row = taken(tenant, withdrawal_id)
    if row.state != State.PAYING:
        raise WithdrawalMoved(state=row.state)
    _refuse_others(row, actor)
    return accounts.reveal(tenant, row.account_id, actor=actor)


def proof_picture(tenant: Tenant, withdrawal_id: UUID) -> bytes:
    """The picture of a proof as JPEG, empty when there is none."""
    row = taken(tenant, withdrawal_id)
    if row.proof_picture is None:
        return b""
    return base64.b64decode(secrets.decrypt(tenant.id, row.proof_picture, _pictured(row)))


def _refuse_unpayable(tenant: Tenant, row: Withdrawal) -> None:
    owner = Owner(row.owner_type, row.owner_id)
    usable_account(tenant, owner, row.account_id)
    rules.check_covered(queries.purse(tenant, owner))


def locked(tenant: Tenant, withdrawal_id: UUID) -> WithdrawalFacts:
    """The withdrawal, until the end of the transaction nobody else's."""
    return queries.facts(taken(tenant, withdrawal_id))


def _refuse_by_hand(row: Withdrawal) -> None:
    if rules.by_provider(row.method):
        raise PaidByProvider()


def _refuse_under_way(row: Withdrawal) -> None:
    """A provider was asked: only its answer says whether money has left."""
    if rules.by_provider(row.method):
        raise TransferUnderWay()


def _refuse_others(row: Withdrawal, actor: Actor) -> None:
    if row.payer != _who(actor):
        raise NotYourPayout(name=row.payer_name or "")


def _done(tenant: Tenant, actor: Actor, row: Withdrawal, **more: str) -> None:
    session.flush()
    note(tenant, actor, row, **more)


def _sealed(tenant: Tenant, row: Withdrawal, picture: bytes) -> bytes | None:
    if not picture:
        return None
    return secrets.encrypt(tenant.id, base64.b64encode(picture).decode(), _pictured(row))


def _pictured(row: Withdrawal) -> str:
    return f"withdrawal-proof:{row.id}"


def _who(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"[:80]
