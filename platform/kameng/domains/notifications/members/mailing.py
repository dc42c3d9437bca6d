"""The rq entry that mails a member, if there is an address and the mail is wanted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kameng.domains.accounts.members import queries as members
from kameng.domains.notifications.mailing import send
from kameng.domains.notifications.members import letters, queries
from kameng.domains.notifications.members.kinds import Mail
from kameng.kit.jobs import job
from tenants.tree import Tenant


@job(queue="slow")
def mail_member(
    tenant: Tenant, member_id: str, kind: str, facts: dict[str, Any], where: dict[str, str]
) -> None:
    """Mail it in the member's language; who has no address or does not want it, nothing."""
    mail, person = Mail(kind), members.by_id(tenant, UUID(member_id))
    wishes = queries.wishes(tenant, UUID(member_id))
    if person is None or person.email is None or not wishes.wants(mail):
        return
    written = letters.letter(mail, facts, shop=tenant.name, **where, locale=wishes.locale)
    send(person.email, written)
