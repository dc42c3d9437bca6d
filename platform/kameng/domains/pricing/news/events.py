"""Facts the digests announce."""

from dataclasses import dataclass
from uuid import UUID

from kameng.kit.events import Event


@dataclass(frozen=True, slots=True)
class CostsMoved(Event):
    """Decisions above have moved what goods cost this site: so many, dearer and cheaper."""

    news_id: UUID
    dearer: int
    cheaper: int
