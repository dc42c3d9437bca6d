"""Facts about a member's payee; who listens is written in reactions/book.py."""

from dataclasses import dataclass
from uuid import UUID

from kameng.kit.events import Event


@dataclass(frozen=True, slots=True)
class MemberPayeeMoved(Event):
    """A member said who is paid, or the master's finance decided; `state` as rules.State."""

    payee_id: UUID
    member_id: UUID
    version: int
    state: str
