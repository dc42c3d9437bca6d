"""What follows when a dispute was opened or decided: the master, who answers the bank, and the site
that sold are told. What was paid to a site's own account is that site's to answer for alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices.rules import SHOP_TIME, Fact
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes import queries
from kameng.domains.payments.disputes.events import DisputeMoved
from kameng.domains.payments.disputes.rules import DisputeFacts, DisputeState
from tenants.tree import Tenant

KINDS = {DisputeState.WON.value: Kind.DISPUTE_WON, DisputeState.LOST.value: Kind.DISPUTE_LOST}
OWN = {**KINDS, DisputeState.LOST.value: Kind.OWN_DISPUTE_LOST}


def tell_master(tenant: Tenant, event: DisputeMoved, now: datetime) -> None:
    """The master sends the evidence: the way leads to the dispute, and says until when."""
    dispute = queries.one(tenant, event.dispute_id)
    if _is_own(tenant, dispute):
        return
    page = f"/disputes/{dispute.id}"
    _tell(tenant, event, dispute, now, site=tenant.root_id, page=page)


def tell_site(tenant: Tenant, event: DisputeMoved, now: datetime) -> None:
    """The site that sold knows the shopper: the way leads to its order; to the dispute, where the
    site itself sends the evidence."""
    if tenant.is_root:
        return
    dispute = queries.one(tenant, event.dispute_id)
    if _is_own(tenant, dispute):
        _tell(tenant, event, dispute, now, site=tenant.id, page=f"/disputes/{dispute.id}", of=OWN)
        return
    page = f"/orders/{tenant.id}/{dispute.reference}" if dispute.purpose == "order" else ""
    _tell(tenant, event, dispute, now, site=tenant.id, page=page)


def _is_own(tenant: Tenant, dispute: DisputeFacts) -> bool:
    return payments.attempt(tenant, dispute.attempt_id).payee_tenant_id != tenant.root_id


def _tell(
    tenant: Tenant,
    event: DisputeMoved,
    dispute: DisputeFacts,
    now: datetime,
    *,
    site: int,
    page: str,
    of: Mapping[str, Kind] = KINDS,
) -> None:
    opened = Kind.OWN_DISPUTE_OPENED if of is OWN else Kind.DISPUTE_OPENED
    kind = of.get(event.state, opened)
    is_order = dispute.purpose == "order"
    facts: dict[str, Fact] = {
        "number": dispute.reference if is_order else dispute.provider_dispute,
        "amount": dispute.taken if kind is Kind.DISPUTE_LOST else dispute.amount,
    }
    if kind is opened:
        facts["until"] = (dispute.due_at or dispute.opened_at).astimezone(SHOP_TIME).date()
    key = f"{dispute.id}:{event.state}"
    notifications.notify(tenant, kind, facts, key=key, now=now, page=page, site=site)
