"""Facts the history of prices announces."""

from dataclasses import dataclass
from uuid import UUID

from kameng.kit.events import Event


@dataclass(frozen=True, slots=True)
class PricesChanged(Event):
    """A site decided about prices, its own or those below; the entries say what moved."""

    change_id: UUID
