"""Facts about a member's payout accounts; who listens is written in reactions/book.py."""

from dataclasses import dataclass
from uuid import UUID

from kameng.kit.events import Event


@dataclass(frozen=True, slots=True)
class MemberAccountMoved(Event):
    """A member bound an account, or the master's finance decided; `state` as rules.State."""

    account_id: UUID
    member_id: UUID
    state: str
