"""Facts about a member's withdrawals; who listens is written in reactions/book.py."""

from dataclasses import dataclass
from uuid import UUID

from kameng.kit.events import Event


@dataclass(frozen=True, slots=True)
class MemberWithdrawalMoved(Event):
    """A member's withdrawal has moved on. `step` is the word of what happened, as the mails know
    it (notifications.members.kinds.Mail)."""

    withdrawal_id: UUID
    member_id: UUID
    step: str
