"""Rows that are about to change, locked; private to staff."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.accounts.errors import NoSuchStaff
from kameng.domains.accounts.staff.models import Staff
from tenants.database import session


def locked(staff_id: UUID) -> Staff:
    """The row, locked until the transaction ends. Refuses NoSuchStaff."""
    row = session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoSuchStaff()
    return row
