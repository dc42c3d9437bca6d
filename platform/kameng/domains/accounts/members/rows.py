"""Rows that are about to change, locked; private to members."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.accounts.errors import NoSuchMember
from kameng.domains.accounts.members.models import Member
from tenants.database import session


def locked(member_id: UUID) -> Member:
    """The row, locked until the transaction ends. Refuses NoSuchMember."""
    row = session.get(Member, member_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchMember()
    return row
