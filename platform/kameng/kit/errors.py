"""Refusals: what the business says no to, by name. The faces give them words and statuses."""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """Something was asked that cannot be; nothing has moved. `facts` fill the sentence."""

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}({told})"


class NotFound(Refusal):
    """There is no such thing here, or the asker may not know of it."""

    code = "not_found"


class Unknown(Refusal):
    """Nobody knows who asks."""

    code = "unknown"


class Forbidden(Refusal):
    """The asker may not do this."""

    code = "forbidden"


class Conflict(Refusal):
    """Somebody else changed it first, or it was already done otherwise."""

    code = "conflict"


class TooMany(Refusal):
    """Too often; try again later."""

    code = "too_many"


class TooLarge(Refusal):
    """More than is taken at once."""

    code = "too_large"
