"""Facts a dispute announces; who listens is written in reactions/book.py."""

from dataclasses import dataclass
from uuid import UUID

from kameng.kit.events import Event


@dataclass(frozen=True, slots=True)
class DisputeMoved(Event):
    """A dispute was opened, has become one that takes money, or was decided: `state` says which."""

    dispute_id: UUID
    state: str
