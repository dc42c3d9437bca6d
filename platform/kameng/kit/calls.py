"""Outgoing calls between two commits: prepared before, sent without a lock, settled after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kameng.kit import shares
from tenants.database import session

Answer = TypeVar("Answer")
Result = TypeVar("Result")


class CallRefused(Exception):
    """The other side said a definite no, or never got the request: nothing happened there."""


class CallUnknown(Exception):
    """Nobody knows whether the other side acted: ask it later, never repeat blindly."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer, Result]):
    """`send` talks to the outside; `settle` applies what came back, or how it failed."""

    send: Callable[[], Answer]
    settle: Callable[[Answer | CallRefused | CallUnknown], Result]


def run(call: Call[Any, Result]) -> Result:
    """Commit what was prepared, send, and settle in a new transaction that the edge commits.

    Whoever waits for the other side keeps no place of this process from those who do not."""
    session.commit()
    answer: Any
    try:
        with shares.aside():
            answer = call.send()
    except (CallRefused, CallUnknown) as failure:
        answer = failure
    return call.settle(answer)
