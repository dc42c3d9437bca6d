"""The master's rules for withdrawals: read by every site of its alliance, set at the master."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from kameng.domains.payees.accounts.rules import BY_HAND, Method
from kameng.domains.withdrawals import rules
from kameng.domains.withdrawals.connected import queries as connected
from kameng.domains.withdrawals.models import WithdrawalPolicy
from kameng.domains.withdrawals.rules import Policy
from kameng.kit import audit
from kameng.kit.audit import Actor
from kameng.kit.money import Percent
from tenants.database import session
from tenants.tree import Tenant


def of(tenant: Tenant) -> Policy:
    """The rules that hold at a site: its master's. With them the provider's way, while it is on."""
    held = _kept(tenant)
    if connected.is_on(tenant):
        held = replace(held, methods=(*held.methods, Method.STRIPE))
    return held


def _kept(tenant: Tenant) -> Policy:
    row = session.get(WithdrawalPolicy, tenant.root_id, populate_existing=True)
    if row is None:
        return Policy()
    return Policy(
        open=row.open,
        minimum=row.minimum,
        fee_flat=row.fee_flat,
        fee_share=Percent(row.fee_share),
        daily=row.daily,
        days=row.days,
        four_eyes=row.four_eyes,
        methods=tuple(Method(one) for one in row.methods),
    )


def set_policy(master: Tenant, policy: Policy, *, actor: Actor, now: datetime) -> Policy:
    """Let these rules hold from the next withdrawal on; those under way keep their fee.

    Inside `use(master)`. Refuses BadPolicy. A provider's way has a switch of its own.
    """
    by_hand = tuple(one for one in policy.methods if one in BY_HAND)
    checked, before = rules.check_policy(replace(policy, methods=by_hand)), _kept(master)
    row: dict[str, Any] = {
        "open": checked.open,
        "minimum": checked.minimum,
        "fee_flat": checked.fee_flat,
        "fee_share": checked.fee_share.ppm,
        "daily": checked.daily,
        "days": checked.days,
        "four_eyes": checked.four_eyes,
        "methods": [one.value for one in checked.methods],
        "updated_at": now,
        "updated_by": f"{actor.kind}:{actor.id}"[:80],
    }
    session.execute(
        insert(WithdrawalPolicy)
        .values(row | {"tenant_id": master.id})
        .on_conflict_do_update(index_elements=["tenant_id"], set_=row)
    )
    if before != checked:
        old, new = _told(before), _told(checked)
        audit.record(master, actor, "withdrawal_policy.set", master.slug, before=old, after=new)
    return checked


def _told(policy: Policy) -> dict[str, Any]:
    return {
        "withdrawals_open": policy.open,
        "minimum": str(policy.minimum),
        "fee": f"{policy.fee_flat} + {policy.fee_share} %",
        "daily": str(policy.daily) if policy.daily else "",
        "days": policy.days,
        "four_eyes": policy.four_eyes,
        "methods": [one.value for one in policy.methods],
    }
