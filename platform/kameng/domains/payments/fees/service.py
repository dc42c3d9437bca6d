"""The verb of a provider's fee: the master says what it keeps from now on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from kameng.domains.payments.fees import queries, rules
from kameng.domains.payments.fees.models import ChannelFeeRow
from kameng.domains.payments.fees.rules import ChannelFee
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


def set_fee(
    master: Tenant, channel: str, fee: ChannelFee, *, actor: Actor, now: datetime
) -> ChannelFee:
    """Let a fee hold from the next payment on; payments that arrived keep theirs.

    Inside `use(master)`. Refuses BadChannelFee.
    """
    asked, before = rules.checked(fee), queries.of(master, channel)
    row = {
        "percent": asked.percent.ppm,
        "flat": asked.flat,
        "returns": asked.returns,
        "updated_at": now,
        "updated_by": f"{actor.kind}:{actor.id}"[:80],
    }
    session.execute(
        insert(ChannelFeeRow)
        .values(row | {"tenant_id": master.id, "channel": channel})
        .on_conflict_do_update(index_elements=["tenant_id", "channel"], set_=row)
    )
    if asked != before:
        audit.record(
            master, actor, "channel_fee.set", channel, before=_told(before), after=_told(asked)
        )
    return asked


def _told(fee: ChannelFee) -> dict[str, object]:
    return {"percent": str(fee.percent), "flat": str(fee.flat), "returns": fee.returns}
