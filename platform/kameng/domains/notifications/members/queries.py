"""What a member wishes to be mailed; inside `use(tenant)`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kameng.domains.notifications.members.kinds import ALWAYS, Mail
from kameng.domains.notifications.members.models import MemberWish
from kameng.domains.notifications.notices.rules import CHINESE
from tenants.database import session
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Wishes:
    """The language of the mails, and which are not wanted."""

    locale: str = CHINESE
    unwanted: frozenset[str] = frozenset()

    def wants(self, mail: Mail) -> bool:
        """Whether this mail is sent."""
        return mail in ALWAYS or mail.value not in self.unwanted


def wishes(tenant: Tenant, member_id: UUID) -> Wishes:
    """What holds for a member of this site."""
    row = session.get(MemberWish, (tenant.id, member_id), populate_existing=True)
    return Wishes(row.locale, frozenset(row.unwanted)) if row else Wishes()
