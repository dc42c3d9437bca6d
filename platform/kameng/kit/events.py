"""Facts that happened, as frozen values that survive the trip through the outbox."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, get_type_hints
from uuid import UUID

from kameng.kit.money import Money

_BOOK: dict[str, type[Event]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all facts; a subclass is known by its class name."""

    registry: ClassVar[dict[str, type[Event]]] = _BOOK

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super(Event, cls).__init_subclass__(**kwargs)
        _BOOK[cls.__name__] = cls


def pack(event: Event) -> dict[str, Any]:
    """The event's fields as JSON values."""
    return {f.name: _plain(getattr(event, f.name)) for f in dataclasses.fields(event)}


def unpack(name: str, fields: dict[str, Any]) -> Event:
    """The event again; raises KeyError for a name nobody defines."""
    kind = _BOOK[name]
    hints = get_type_hints(kind)
    return kind(**{key: _typed(hints[key], value) for key, value in fields.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"micro": str(value.micro), "currency": value.currency}
    if isinstance(value, UUID | datetime):
        return value.isoformat() if isinstance(value, datetime) else str(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    parts = getattr(hint, "__args__", ())
    if Money is hint or (Money in parts and isinstance(value, dict)):
        return Money(int(value["micro"]), value["currency"])
    if UUID is hint or (UUID in parts and isinstance(value, str)):
        return UUID(value)
    if datetime is hint or (datetime in parts and isinstance(value, str)):
        return datetime.fromisoformat(value)
    if getattr(hint, "__origin__", None) in (tuple, list) and parts:
        return hint.__origin__(_typed(parts[0], item) for item in value)
    return value
