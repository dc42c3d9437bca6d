"""Staff and members for tests, committed."""

from __future__ import annotations

import itertools

from kameng.domains.accounts.members import service as members
from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.accounts.rules import Consent
from kameng.domains.accounts.staff import service as accounts
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.kit import clock
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant

PASSWORD = "correct horse 7"
CONSENT = Consent(terms_version="2026-11", of_age=True)
_numbers = itertools.count(1)


def staff(
    *sites: Tenant, role: str = "agent", login: str | None = None, password: str = PASSWORD
) -> StaffFacts:
    """A staff account with a grant on each of `sites`."""
    now = clock.now()
    with shared():
        opened = accounts.open_account(
            login=login or f"staff{next(_numbers)}",
            password_hash=accounts.hash_password(password),
            name="Test Staff",
            email="staff@example.com",
            now=now,
        )
        for site in sites:
            accounts.grant(opened.id, site.id, role, now=now)
        session.commit()
    return opened


def member(
    tenant: Tenant, *, contact: str | None = None, password: str = PASSWORD, name: str = "Kim"
) -> MemberFacts:
    """A registered shopper of `tenant`."""
    with use(tenant):
        made = members.sign_up(
            tenant,
            contact=contact or f"kim{next(_numbers)}@example.com",
            password=password,
            name=name,
            consent=CONSENT,
            now=clock.now(),
        )
        session.commit()
    return made
