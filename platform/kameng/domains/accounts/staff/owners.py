"""Who runs a site from its first moment: a new account with its grant, or one there already.

One statement each, because a newcomer waits for it. Inside `shared()`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, insert, null, select
from sqlalchemy.dialects.postgresql import insert as upsert

from kameng.domains.accounts.errors import AccountFrozen, LoginTaken
from kameng.domains.accounts.staff.models import Staff, StaffGrant
from kameng.domains.accounts.staff.queries import ACTIVE
from tenants.database import session

_STAFF, _GRANT = Staff.__table__, StaffGrant.__table__
_GIVEN = ("staff_id", "tenant_id", "role", "granted_by", "created_at")
_TOLD = (("site", "tenant_id"), ("role", "role"), ("now", "created_at"))
_NEW = (
    upsert(_STAFF)
    .values(
        {
            **{name: bindparam(name) for name in ("login", "name", "email", "password_hash")},
            "id": bindparam("staff_id"),
            "created_at": bindparam("now"),
            "totp_on": False,
            "state": ACTIVE,
            "epoch": 1,
        }
    )
    .on_conflict_do_nothing()
    .returning(_STAFF.c.id)
    .cte("new")
)


def _given(person: Any) -> Select[Any]:
    typed = (bindparam(name, type_=_GRANT.c[column].type) for name, column in _TOLD)
    site, role, now = typed
    return select(person, site, role, null(), now)


_HIRE = (
    insert(_GRANT)
    .from_select(list(_GIVEN), _given(_NEW.c.id), include_defaults=False)
    .returning(_GRANT.c.staff_id)
)
_APPOINT = (
    insert(_GRANT)
    .from_select(
        list(_GIVEN),
        _given(_STAFF.c.id).where(_STAFF.c.id == bindparam("staff_id"), _STAFF.c.state == ACTIVE),
        include_defaults=False,
    )
    .returning(_GRANT.c.staff_id)
)


def hire(
    staff_id: UUID,
    tenant_id: int,
    role: str,
    *,
    login: str,
    password_hash: str,
    name: str,
    email: str,
    now: datetime,
) -> None:
    """Open an account (values already in their written form) with a role. Refuses LoginTaken."""
    row = {
        "staff_id": staff_id,
        "login": login,
        "name": name,
        "email": email or None,
        "password_hash": password_hash,
        "site": tenant_id,
        "role": role,
        "now": now,
    }
    if session.scalar(_HIRE, row) is None:
        raise LoginTaken(login=login)


def appoint(staff_id: UUID, tenant_id: int, role: str, *, now: datetime) -> None:
    """Give somebody who has an account a role on a new site. Refuses AccountFrozen."""
    row = {"staff_id": staff_id, "site": tenant_id, "role": role, "now": now}
    if session.scalar(_APPOINT, row) is None:
        raise AccountFrozen()


def is_login(login: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an account has this login, as part of a question that asks more."""
    return select(_STAFF.c.id).where(_STAFF.c.login == login).exists()
