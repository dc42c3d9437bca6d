"""The verbs: tell a member, and let a member choose what to be told. Inside `use(tenant)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from kameng.domains.notifications.members import mailing, rules
from kameng.domains.notifications.members.kinds import Mail
from kameng.domains.notifications.members.models import MemberWish
from kameng.domains.notifications.notices.rules import Fact
from kameng.kit.jobs import enqueue
from tenants.database import session
from tenants.tree import Tenant

_KEY = ["tenant_id", "member_id"]


def tell(
    tenant: Tenant,
    member_id: UUID,
    mail: Mail,
    facts: Mapping[str, Fact],
    *,
    link: str,
    choices: str,
    key: str,
) -> None:
    """Queue a mail to a member; whether there is an address, and whether it is wanted, the job
    finds out. `link` and `choices` are whole addresses. Refuses FactsMissing."""
    told = rules.told(mail, facts)
    where = {"link": link, "choices": choices}
    name = f"member-{mail.value}-{key}"
    enqueue(mailing.mail_member, tenant, str(member_id), mail.value, told, where, key=name)


def choose(
    tenant: Tenant, member_id: UUID, unwanted: Iterable[str], *, locale: str, now: datetime
) -> None:
    """Which mails a member does without, and the language of the rest. Refuses NoSuchMail."""
    said = {
        "unwanted": rules.check_unwanted(unwanted),
        "locale": rules.check_locale(locale),
        "at": now,
    }
    made = insert(MemberWish).values(tenant_id=tenant.id, member_id=member_id, **said)
    session.execute(made.on_conflict_do_update(index_elements=_KEY, set_=said))


def speak(tenant: Tenant, member_id: UUID, *, locale: str, now: datetime) -> None:
    """Remember the language a member reads here, unless one was chosen before."""
    row = {"tenant_id": tenant.id, "member_id": member_id, "unwanted": [], "at": now}
    row["locale"] = rules.check_locale(locale)
    session.execute(insert(MemberWish).values(row).on_conflict_do_nothing(index_elements=_KEY))
