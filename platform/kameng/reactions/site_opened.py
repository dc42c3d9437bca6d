"""What follows when a site has opened: an owner without a password is sent a link to set one."""

from __future__ import annotations

from datetime import datetime

from kameng.config import settings
from kameng.domains.agents.events import SiteOpened
from kameng.domains.notifications import service as notifications
from tenants.tree import MAIN, Tenant


def invite_owner(tenant: Tenant, event: SiteOpened, now: datetime) -> None:
    """Queue the invitation; the job finds out whether the owner needs one."""
    chosen = settings()
    page = "/welcome" if tenant.cell == MAIN else f"/at/{tenant.cell}/welcome"
    notifications.owner_invitation(
        tenant,
        event.staff_id,
        page=chosen.address(chosen.host("console"), page),
        key=str(event.application_id),
    )
