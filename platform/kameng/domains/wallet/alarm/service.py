"""The verbs of the balance alarm: set it, lift it, and look whether it must be told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.wallet import queries as wallet
from kameng.domains.wallet.alarm import queries, rules
from kameng.domains.wallet.alarm.models import BalanceAlarm
from kameng.domains.wallet.alarm.rules import Step
from kameng.domains.wallet.errors import MasterHasNoDeposit
from kameng.kit import audit
from kameng.kit.audit import Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant


def set_alarm(tenant: Tenant, below: Money | None, *, actor: Actor, now: datetime) -> None:
    """Be told when the balance goes below this; None: not any more. Refuses BadAlarm.

    Having been told stands when only the amount changes, so that it is not told twice of one low.
    """
    if tenant.is_root:
        raise MasterHasNoDeposit()
    before = queries.alarm(tenant)
    if below is None:
        session.execute(delete(BalanceAlarm).where(BalanceAlarm.tenant_id == tenant.id))
    else:
        _write(tenant, rules.check_below(below), actor, now)
    audit.record(
        tenant,
        actor,
        "balance.alarm",
        tenant.slug,
        before={"below": str(before.below) if before else None},
        after={"below": str(below) if below else None},
    )


def looked(tenant: Tenant, *, now: datetime) -> tuple[Money, Money] | None:
    """Look at the balance once more: the balance and the limit if it is to be told now, which it
    then was. Two who look at once tell it once."""
    row = session.get(BalanceAlarm, tenant.id, with_for_update=True, populate_existing=True)
    if row is None:
        return None
    balance = wallet.deposit_of(tenant)
    taken = rules.step(queries.facts(row), balance)
    if taken is Step.NOTHING:
        return None
    row.told_at = now if taken is Step.TELL else None
    session.flush()
    return (balance, row.below) if taken is Step.TELL else None


def _write(tenant: Tenant, below: Money, actor: Actor, now: datetime) -> None:
    values = {
        "below": below,
        "currency": tenant.currency,
        "updated_at": now,
        "updated_by": f"{actor.kind}:{actor.id}"[:80],
    }
    session.execute(
        insert(BalanceAlarm)
        .values({"tenant_id": tenant.id, **values})
        .on_conflict_do_update(index_elements=["tenant_id"], set_=values)
    )
