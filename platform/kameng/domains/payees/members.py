"""What holds besides where a member is paid: consent to show the papers, one person under one set
of papers, and facts from which the member is told."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kameng.domains.payees import queries
from kameng.domains.payees.errors import PapersTaken, PayoutConsentMissing
from kameng.domains.payees.events import MemberPayeeMoved
from kameng.domains.payees.models import Payee
from kameng.domains.payees.rules import MEMBER, Owner, State
from kameng.kit import outbox
from tenants.database import session
from tenants.tree import Tenant


def refuse_unconsented(tenant: Tenant, owner: Owner) -> None:
    """A member's papers are kept only after he agreed to this version (PayoutConsentMissing)."""
    if owner.kind == MEMBER and not queries.has_consented(tenant, UUID(owner.id)):
        raise PayoutConsentMissing()


def refuse_taken(tenant: Tenant, owner: Owner, digest: bytes | None) -> None:
    """Nobody earns as two: not as two promoters, of whom one brought the other, and not as the
    site and its promoter (PapersTaken).

    The house is stopped by verified papers only, or a member could lock it out with its number.
    """
    if digest is None:
        return
    states = [State.VERIFIED.value] + ([State.SENT.value] if owner.kind == MEMBER else [])
    mine = (Payee.owner_type == owner.kind) & (Payee.owner_id == owner.id)
    same = (Payee.tenant_id == tenant.id, Payee.digest == digest, Payee.state.in_(states))
    if session.scalar(select(Payee.id).where(*same, ~mine).limit(1)):
        raise PapersTaken()


def payee_moved(tenant: Tenant, row: Payee) -> None:
    """The member is told; the people of the site have notices."""
    if row.owner_type == MEMBER:
        fact = MemberPayeeMoved(row.id, UUID(row.owner_id), row.version, row.state)
        outbox.announce(tenant, fact)
