"""The verbs: start a top-up, take in what the provider reports of it, set what one may be.

Locks are taken in one order everywhere: the top-up first, its attempt after, then the books.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from kameng.domains.accounts.members import queries as members
from kameng.domains.payments import queries as payment_queries
from kameng.domains.payments import service as payments
from kameng.domains.payments.errors import MasterSettles
from kameng.domains.payments.pages import service as pages
from kameng.domains.payments.rules import (
    AttemptFacts,
    Purchase,
    Session,
    Verdict,
)
from kameng.domains.topups import money, notices, queries, record, rules
from kameng.domains.topups.errors import TopUpFits
from kameng.domains.topups.models import TopUp, TopUpPolicy
from kameng.domains.topups.rules import PURPOSE, Payer, Policy, TopUpState
from kameng.domains.wallet.errors import MasterHasNoDeposit, NoSuchWallet
from kameng.kit import audit, due, ids
from kameng.kit.audit import Actor
from kameng.kit.calls import Call, CallRefused, CallUnknown
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

LOOK = "topup.look"
SAME_PAGE = timedelta(minutes=20)
"""Asked for the same amount again so soon, the page that is open already is the one to go to."""
LOOK_AFTER = timedelta(minutes=20)
"""So long after its page has closed a top-up is looked at whose end nobody reported."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to pay onto a balance, and how it reads at the provider.

    `member_id` None: the site's own balance. `done` and `back` are full addresses; `{topup}` in
    them becomes the number of the top-up.
    """

    member_id: UUID | None
    amount: Money
    title: str
    done: str
    back: str
    method: str = "any"
    locale: str = "zh_CN"

    @property
    def payer(self) -> Payer:
        """Whose balance it is."""
        return Payer.MEMBER if self.member_id else Payer.SITE


def start(tenant: Tenant, wish: Wish, *, actor: Actor, now: datetime) -> Call[Any, AttemptFacts]:
    """Open a payment page for a top-up, or lead back to the one of the same amount.

    Refuses MasterHasNoDeposit, NoSuchWallet and what rules.check_amount refuses.
    """
    _refuse_nobody(tenant, wish)
    amount = rules.check_amount(wish.amount, queries.policy(tenant, wish.payer))
    known = queries.waiting(tenant, wish.payer, wish.member_id, amount, since=now - SAME_PAGE)
    if known and (attempt := payment_queries.attempt(tenant, known.attempt_id)).url:
        return pages.call_for(tenant, attempt, now=now)
    return page_of(tenant, _prepared(tenant, wish, actor, now), now=now)


def prepare(tenant: Tenant, wish: Wish, *, actor: Actor, now: datetime) -> AttemptFacts:
    """A top-up for something that has its price, whatever the policy of top-ups says; the number of
    the top-up is the attempt's reference. Refuses as `start`."""
    _refuse_nobody(tenant, wish)
    return _prepared(tenant, replace(wish, amount=rules.check_whole(wish.amount)), actor, now)


def page_of(tenant: Tenant, attempt: AttemptFacts, *, now: datetime) -> Call[Any, AttemptFacts]:
    """The call that opens the page of a top-up, or leads to the one that is open."""
    if attempt.url:
        return pages.call_for(tenant, attempt, now=now)
    opening = payments.opening(tenant, attempt.id, now=now)

    def settle(answer: Session | CallRefused | CallUnknown) -> AttemptFacts:
        opened = opening.settle(answer)
        _follow(record.locked(tenant, UUID(opened.reference)), opened)
        return opened

    return Call(opening.send, settle)


def arrived(tenant: Tenant, attempt: AttemptFacts, reported: Session, *, now: datetime) -> None:
    """Apply what the provider reports of a top-up's page. Reports may repeat, come late and in any
    order; what does not fit is booked nowhere and waits for a human."""
    row = record.locked(tenant, UUID(attempt.reference))
    verdict, known, problem = payments.confirm(tenant, attempt.id, reported, now=now)
    if verdict is Verdict.PAID and _move(row, TopUpState.PAID, paid_at=now):
        money.arrived(tenant, queries.facts(row), known, now=now)
        due.cancel(tenant, LOOK, str(row.id))
        notices.done(tenant, queries.facts(row), now=now)
    elif verdict is Verdict.MISMATCH and _move(row, TopUpState.MISMATCH, problem=problem):
        notices.strange(tenant, queries.facts(row), now=now)
    elif verdict is Verdict.EXPIRED:
        _follow(row, known)


def look(tenant: Tenant, topup_id: UUID, *, now: datetime) -> None:
    """Its page is long closed: a top-up nobody reported on ends as its attempt did. The sweeps ask
    the provider meanwhile; while even they have no answer it is looked at again."""
    row = record.locked(tenant, topup_id)
    if row.state != TopUpState.WAITING:
        return
    if not _follow(row, payment_queries.attempt(tenant, row.attempt_id)):
        due.at(tenant, LOOK, str(topup_id), now + LOOK_AFTER)


def settle_strange(
    tenant: Tenant, topup_id: UUID, *, by: Tenant, reason: str, actor: Actor, now: datetime
) -> None:
    """A human has dealt with a payment that did not fit, at the provider; `by` is the site whose
    staff says so: the money lies with the master. Refuses MasterSettles, TopUpFits."""
    if not by.is_root:
        raise MasterSettles()
    row = record.locked(tenant, topup_id)
    if not _move(row, TopUpState.SETTLED, problem=row.problem or ""):
        raise TopUpFits(state=row.state)
    told = {"reason": reason[:200], "at": now.isoformat()}
    audit.record(tenant, actor, "topup.settled", str(topup_id), after=told)


def set_policy(
    tenant: Tenant, payer: Payer, draft: Policy, *, actor: Actor, now: datetime
) -> Policy:
    """Say what one payment may be, at this site; at the master for all sites without their own."""
    checked = rules.check_policy(draft)
    values = {
        "is_open": checked.is_open,
        "minimum": checked.minimum,
        "maximum": checked.maximum,
        "choices": [one.micro for one in checked.choices],
        "updated_at": now,
        "updated_by": f"{actor.kind}:{actor.id}"[:80],
    }
    before = queries.policy(tenant, payer)
    key = {"tenant_id": tenant.id, "payer": payer.value}
    session.execute(
        insert(TopUpPolicy)
        .values({**key, **values})
        .on_conflict_do_update(index_elements=["tenant_id", "payer"], set_=values)
    )
    audit.record(
        tenant, actor, "topup.policy", payer.value, before=_told(before), after=_told(checked)
    )
    return checked


def _refuse_nobody(tenant: Tenant, wish: Wish) -> None:
    if wish.member_id is None and tenant.is_root:
        raise MasterHasNoDeposit()
    if wish.member_id is not None and members.by_id(tenant, wish.member_id) is None:
        raise NoSuchWallet()


def _prepared(tenant: Tenant, wish: Wish, actor: Actor, now: datetime) -> AttemptFacts:
    """The attempt and its top-up, stored together before anybody is asked."""
    topup_id = ids.uuid7()
    purchase = Purchase(
        purpose=PURPOSE,
        reference=str(topup_id),
        amount=wish.amount,
        title=wish.title,
        method=wish.method,
        success_url=wish.done.replace("{topup}", str(topup_id)),
        cancel_url=wish.back.replace("{topup}", str(topup_id)),
        expires_at=now + pages.OPEN_FOR,
        locale=wish.locale,
    )
    attempt = payments.prepare(tenant, pages.STRIPE, purchase, payee_id=tenant.root_id, now=now)
    session.add(_row(tenant, wish, attempt, actor, now))
    session.flush()
    due.at(tenant, LOOK, str(topup_id), purchase.expires_at + LOOK_AFTER)
    return attempt


def _row(tenant: Tenant, wish: Wish, attempt: AttemptFacts, actor: Actor, now: datetime) -> TopUp:
    return TopUp(
        id=UUID(attempt.reference),
        tenant_id=tenant.id,
        root_id=tenant.root_id,
        payer=wish.payer.value,
        member_id=wish.member_id,
        attempt_id=attempt.id,
        amount=wish.amount,
        refunded=Money.zero(wish.amount.currency),
        currency=wish.amount.currency,
        state=TopUpState.WAITING.value,
        actor=f"{actor.kind}:{actor.id}"[:80],
        created_at=now,
    )


def _follow(row: TopUp, attempt: AttemptFacts) -> bool:
    """End a waiting top-up whose attempt came to nothing; True when it did."""
    ended = rules.ended_as(attempt.state)
    return ended is not None and _move(row, ended, problem=attempt.problem or "")


def _move(
    row: TopUp, to: TopUpState, *, paid_at: datetime | None = None, problem: str = ""
) -> bool:
    """Go on to another state, if there is a way; a report that comes again finds none."""
    if to not in rules.MOVES[TopUpState(row.state)]:
        return False
    row.state, row.problem = to.value, problem[:500] or None
    row.paid_at = row.paid_at or paid_at
    session.flush()
    return True


def _told(policy: Policy) -> dict[str, Any]:
    return {
        "open": policy.is_open,
        "minimum": str(policy.minimum),
        "maximum": str(policy.maximum),
        "choices": [str(one) for one in policy.choices],
    }
