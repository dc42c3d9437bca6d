"""What a provider says of a dispute, brought in as the worker does."""

from __future__ import annotations

from kameng.domains.payments.disputes import service
from kameng.faces.worker import noticing
from kameng.faces.worker.accounts import Account
from tenants.tree import Tenant


def told(dispute: str, *, own: Tenant | None = None) -> tuple[str, str | None]:
    """Ask the master's account, or a site's own, and apply the answer."""
    account = Account("stripe", own.id if own else None)
    return noticing.dispute(account, service.reported(account.gateway(), dispute))
