"""Looks outside whether a host is its claimant's, and whether it leads to this platform."""

from __future__ import annotations

from kameng.domains.agents.hostnames.rules import Claim, Fault, Finding, Method
from kameng.kit import fetch, names, secrets
from tenants.tree import Tenant

HERE = "/.well-known/kameng-here"


def mark(tenant_id: int, host: str) -> str:
    """What only this deployment answers at HERE on a host of this site."""
    return secrets.blind(tenant_id, host, purpose="here").hex()


def look(tenant: Tenant, claim: Claim, *, home: str) -> Finding:
    """Ask DNS, then the host's server; no transaction is open. `home`: the name below our base.

    A server that does not answer is a no only where we know that it is not us who are away. Where
    the host leads here the file is ours: it keeps a host for whoever has it, but not against what
    somebody has written into the DNS since, who may have bought the name."""
    reaches = leads_here(tenant, claim.host, home=home)
    fault = _missing_in_dns(claim)
    if fault is None:
        return Finding(Method.DNS, None, reaches)
    found = _file_found(claim) if fault is not Fault.OTHER_ENTRY or not reaches else False
    if found:
        return Finding(Method.FILE, None, reaches)
    if found is None and reaches is None:
        fault = Fault.SILENCE
    return Finding(None, fault, reaches)


def _missing_in_dns(claim: Claim) -> Fault | None:
    try:
        entries = names.texts(claim.entry)
    except names.NotThere:
        return Fault.NO_ENTRY
    except names.NoAnswer:
        return Fault.SILENCE
    return None if claim.token in entries else Fault.OTHER_ENTRY


def _file_found(claim: Claim) -> bool | None:
    """None where nobody answered."""
    try:
        found = fetch.small_file(claim.host, claim.file_path)
    except (names.NotThere, fetch.NotPublic):
        return False
    except (names.NoAnswer, fetch.Unreachable):
        return None
    return found is not None and found.strip() == claim.token.encode()


def leads_here(tenant: Tenant, host: str, *, home: str) -> bool | None:
    """Whether shoppers who type `host` come to us; None where nobody can say.

    A host that does not answer is a no only while our own name does: it may be us who is away.
    """
    try:
        return _answers(tenant, host)
    except (names.NotThere, fetch.NotPublic):
        return False
    except names.NoAnswer:
        return None
    except fetch.Unreachable:
        return False if _home_answers(tenant, home) else None


def _home_answers(tenant: Tenant, home: str) -> bool:
    try:
        return _answers(tenant, home)
    except (names.NotThere, names.NoAnswer, fetch.NotPublic, fetch.Unreachable):
        return False


def _answers(tenant: Tenant, host: str) -> bool:
    found = fetch.small_file(host, HERE)
    return found is not None and found.strip() == mark(tenant.id, host).encode()
