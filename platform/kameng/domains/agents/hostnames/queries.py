"""Reads of claims to hosts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kameng.domains.agents.hostnames.filings import NOT_FILED, Filing
from kameng.domains.agents.hostnames.models import OwnDomain
from kameng.domains.agents.hostnames.rules import FILE_SIGNS, Claim, Fault, Method, State, Tell
from kameng.domains.terms import queries as terms
from tenants import hostnames
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names of a site: `home` below the platform's base domain, and the claims to own ones."""

    home: str
    main: str
    claims: tuple[Claim, ...]


def allowed(tenant: Tenant, *, now: datetime) -> bool:
    """Whether the site may have own domains: a master site always, others by their package."""
    return terms.may_have_own_domain(tenant, now=now)


def hosts(tenant: Tenant) -> Hosts:
    """Every name of the site, claims in the order they were made."""
    claims = claims_of(tenant)
    own = {claim.host for claim in claims}
    leading = hostnames.leading(tenant)
    home = next((host for host in leading if host not in own), "")
    return Hosts(home, leading[0] if leading else home, claims)


def claims_of(tenant: Tenant) -> tuple[Claim, ...]:
    """The site's claims in the order they were made."""
    query = select(OwnDomain).where(OwnDomain.tenant_id == tenant.id)
    return tuple(facts(row) for row in session.scalars(query.order_by(OwnDomain.added_at)))


def proof_of(tenant: Tenant, host: str, name: str) -> str | None:
    """What the file `name` of a proven host says: once it leads here, we serve the proof."""
    row = session.get(OwnDomain, (tenant.id, host))
    if row is None or row.state != State.PROVEN or row.token[:FILE_SIGNS] != name:
        return None
    return row.token


def filing_of(tenant: Tenant, host: str) -> Filing:
    """The filing numbers of one of the site's own hosts; none for a host that is not."""
    query = select(OwnDomain.icp, OwnDomain.icp_police)
    row = session.execute(
        query.where(OwnDomain.tenant_id == tenant.id, OwnDomain.host == host)
    ).first()
    return Filing(row[0] or "", row[1] or "") if row else NOT_FILED


def to_tell(*, size: int = 100) -> list[Claim]:
    """Claims whose owner is still to be told something; in `shared()`."""
    query = select(OwnDomain).where(OwnDomain.notice.is_not(None)).order_by(OwnDomain.host)
    return [facts(row) for row in session.scalars(query.limit(size))]


def facts(row: OwnDomain) -> Claim:
    """A row as a value."""
    return Claim(
        tenant_id=row.tenant_id,
        host=row.host,
        token=row.token,
        state=State(row.state),
        added_at=row.added_at,
        state_at=row.state_at,
        method=Method(row.method) if row.method else None,
        fault=Fault(row.fault) if row.fault else None,
        failures=row.failures,
        failing_since=row.failing_since,
        missed=row.missed,
        reached=row.reached,
        checked_at=row.checked_at,
        next_check_at=row.next_check_at,
        notice=Tell(row.notice) if row.notice else None,
        filing=Filing(row.icp or "", row.icp_police or ""),
    )
