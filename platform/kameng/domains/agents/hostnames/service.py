"""The verbs on own domains, bound to the site unless they say otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Row, text, update

from kameng.domains.agents.hostnames import proofs, queries, rules
from kameng.domains.agents.hostnames.errors import (
    DomainNotHere,
    DomainNotProven,
    DomainsNotAllowed,
    DomainTaken,
    NoSuchDomain,
    TooManyDomains,
)
from kameng.domains.agents.hostnames.filings import Filing
from kameng.domains.agents.hostnames.models import OwnDomain
from kameng.domains.agents.hostnames.rules import Claim, Finding, State, Tell
from kameng.domains.agents.hostnames.spelling import spelt
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from kameng.kit.calls import Call
from tenants import directory, hostnames
from tenants.database import session
from tenants.errors import NameTaken
from tenants.tree import Tenant

LEASE = timedelta(minutes=10)
"""How long a look may take before somebody else takes it up."""
TOKEN_BYTES = 32
_DUE = text(
    "UPDATE shared.own_domain d SET next_check_at = :leased FROM ("
    " SELECT tenant_id, host FROM shared.own_domain WHERE next_check_at <= :now"
    " ORDER BY next_check_at LIMIT :size FOR UPDATE SKIP LOCKED) AS due"
    " WHERE d.tenant_id = due.tenant_id AND d.host = due.host"
    " RETURNING d.tenant_id, d.host"
)


def add(tenant: Tenant, host: str, *, held_by: Tenant | None, actor: Actor, now: datetime) -> Claim:
    """Claim a host (written form) for the site; the same one again is the first claim.

    `held_by` is whom it leads to now. Refuses DomainsNotAllowed, DomainTaken, TooManyDomains.
    """
    if not queries.allowed(tenant, now=now):
        raise DomainsNotAllowed()
    if held_by is not None and held_by.id != tenant.id:
        raise DomainTaken(host=spelt(host))
    known = queries.claims_of(tenant)
    first = next((claim for claim in known if claim.host == host), None)
    if first is not None:
        return first
    if len(known) >= rules.MOST_DOMAINS:
        raise TooManyDomains(limit=rules.MOST_DOMAINS)
    claim = Claim(tenant.id, host, ids.token(TOKEN_BYTES), State.PENDING, now, now)
    row = OwnDomain(tenant_id=tenant.id, host=host, token=claim.token, added_at=now)
    _write(row, rules.begun(claim, now=now))
    session.add(row)
    session.flush()
    audit.record(tenant, actor, "domain.added", host)
    return queries.facts(row)


def check(tenant: Tenant, host: str, *, now: datetime) -> Call[Finding, Claim]:
    """Look whether the host is proven and leads here. Refuses NoSuchDomain."""
    row = _locked(tenant, host)
    claim, home = queries.facts(row), queries.hosts(tenant).home
    row.next_check_at = now + LEASE
    session.flush()

    return Call(
        lambda: _held(tenant, claim, proofs.look(tenant, claim, home=home)),
        lambda finding: _settle(tenant, host, finding, now=now),
    )


def _held(tenant: Tenant, claim: Claim, finding: Finding) -> Finding:
    """A host with a proof is held over all cells before it leads anywhere; none open meanwhile."""
    if finding.method is None:
        return finding
    try:
        directory.hold_host(claim.host, tenant)
    except NameTaken:
        return rules.taken(finding)
    return finding


def _settle(tenant: Tenant, host: str, finding: Finding | Exception, *, now: datetime) -> Claim:
    if isinstance(finding, Exception):
        raise finding
    row = _locked(tenant, host)
    before = queries.facts(row)
    after = rules.after(before, finding, now=now)
    if after.state is State.PROVEN and before.state is not State.PROVEN:
        after = _lead(tenant, before, after, finding, now=now)
    home = queries.hosts(tenant).home
    if before.state is State.PROVEN and after.state is not State.PROVEN:
        hostnames.drop(tenant, host, home=home)
    elif before.reached and not after.reached:
        after = _step_back(tenant, after, home=home)
    _write(row, after)
    session.flush()
    if before.state is not after.state:
        _note(tenant, before, after)
    return after


def _lead(tenant: Tenant, before: Claim, after: Claim, finding: Finding, *, now: datetime) -> Claim:
    """Give the host to the site; when somebody else proved it first, the claim waits on."""
    try:
        hostnames.lead(tenant, after.host, now=now)
    except NameTaken:
        return rules.after(before, rules.taken(finding), now=now)
    return after


def _step_back(tenant: Tenant, claim: Claim, *, home: str) -> Claim:
    """A main address that leads elsewhere would end the shop: the name below ours is it again."""
    if hostnames.known_by(tenant) != claim.host:
        return rules.silent(claim)
    hostnames.prefer(tenant, home)
    _note_main(tenant, audit.SYSTEM, claim.host, home)
    return claim


def _note(tenant: Tenant, before: Claim, after: Claim) -> None:
    told = {"state": after.state.value, "proof": after.method and after.method.value}
    was = {"state": before.state.value}
    audit.record(tenant, audit.SYSTEM, "domain.checked", after.host, before=was, after=told)


def make_main(tenant: Tenant, host: str, *, actor: Actor) -> None:
    """Let shoppers know the site by this host; its other names lead there.

    Refuses NoSuchDomain, DomainNotProven, DomainNotHere.
    """
    names = queries.hosts(tenant)
    if host != names.home:
        claim = next((one for one in names.claims if one.host == host), None)
        _refuse_unfit(claim)
    hostnames.prefer(tenant, host)
    _note_main(tenant, actor, names.main, host)


def _note_main(tenant: Tenant, actor: Actor, old: str, new: str) -> None:
    audit.record(tenant, actor, "domain.main", new, before={"host": old}, after={"host": new})


def _refuse_unfit(claim: Claim | None) -> None:
    if claim is None:
        raise NoSuchDomain()
    if claim.state is not State.PROVEN:
        raise DomainNotProven(host=claim.shown)
    if not claim.reached:
        raise DomainNotHere(host=claim.shown)


def file(tenant: Tenant, host: str, filing: Filing, *, actor: Actor) -> Claim:
    """Keep the filing numbers of a host, checked before. Refuses NoSuchDomain."""
    row = _locked(tenant, host)
    before = queries.facts(row).filing
    row.icp, row.icp_police = filing.icp or None, filing.police or None
    session.flush()
    if before != filing:
        told = {"before": asdict(before), "after": asdict(filing)}
        audit.record(tenant, actor, "domain.filing", host, **told)
    return queries.facts(row)


def remove(tenant: Tenant, host: str, *, actor: Actor) -> bool:
    """Give up a host: it leads nowhere from now on. Refuses NoSuchDomain.

    Whether it led here: then tenants.directory is to release it, after the commit.
    """
    row = _locked(tenant, host)
    state, home = row.state, queries.hosts(tenant).home
    if state == State.PROVEN:
        hostnames.drop(tenant, host, home=home)
    session.delete(row)
    session.flush()
    audit.record(tenant, actor, "domain.removed", host, before={"state": state})
    return state == State.PROVEN


def take_due(now: datetime, *, size: int = 50) -> Sequence[Row[int, str]]:
    """Claims whose time for a look has come, leased: (tenant_id, host); in `shared()`."""
    values = {"now": now, "leased": now + LEASE, "size": size}
    return session.execute(_DUE, values).all()


def told(claim: Claim) -> None:
    """The owner was told; in `shared()`."""
    mine = OwnDomain.tenant_id == claim.tenant_id, OwnDomain.host == claim.host
    seen = OwnDomain.notice == claim.notice
    session.execute(update(OwnDomain).where(*mine, seen).values(notice=None))


def _locked(tenant: Tenant, host: str) -> OwnDomain:
    key = (tenant.id, host)
    row = session.get(OwnDomain, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchDomain()
    return row


def _write(row: OwnDomain, claim: Claim) -> None:
    row.state, row.state_at = claim.state.value, claim.state_at
    row.method = claim.method.value if claim.method else None
    row.fault = claim.fault.value if claim.fault else None
    row.failures, row.failing_since = claim.failures, claim.failing_since
    row.missed, row.reached = claim.missed, claim.reached
    row.checked_at, row.next_check_at = claim.checked_at, claim.next_check_at
    row.notice = claim.notice.value if isinstance(claim.notice, Tell) else None
