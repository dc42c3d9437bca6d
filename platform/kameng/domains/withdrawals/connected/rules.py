"""Where money can be sent from where, whether an account may receive it, and whose it is. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kameng.domains.payees.rules import Owner

_EEA = """
AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IT LI LT LU LV MT NL NO PL PT RO SE SI SK
"""
ACROSS = frozenset(_EEA.split()) | {"US", "GB", "CA", "CH"}
"""Between these Stripe sends money across borders; from anywhere else only within the country."""
CHECKS = (30, 60, 300, 900, 3_600, 6 * 3_600, 24 * 3_600)
"""Seconds between two looks at an account that is not ready and that nobody reports on."""
LOOKED_AFTER = timedelta(days=60)
"""An account its owner has left alone for so long is asked about no more."""
ACTIVE = "active"


class Verdict(StrEnum):
    """What a provider's report means for a payee's account."""

    READY = "ready"
    COMPARE = "compare"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """How the master stands with the provider; `currencies`: of the money that lies there."""

    is_on: bool
    country: str
    currencies: tuple[str, ...]
    account: str
    live: bool
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """A payee's account at the provider, as last reported. `holder`: the payee it was opened for;
    `name`: whom the provider knows; `accepted`: the name the master has compared and accepted;
    `by_hand`: the master refused it once, so it alone says yes; `account_id`: the payout account
    it is, once it is there."""

    id: UUID
    tenant_id: int
    owner: Owner
    holder: str
    country: str
    provider_account: str | None
    account_id: UUID | None
    name: str
    accepted: str
    by_hand: bool
    transfers: str
    payouts: bool
    submitted: bool
    due: int
    why: str
    checked_at: datetime | None
    created_at: datetime

    @property
    def is_ready(self) -> bool:
        """Whether the provider lets it receive money and pay it on to a bank."""
        return self.transfers == ACTIVE and self.payouts

    @property
    def wants_more(self) -> bool:
        """Whether its owner has something to do there."""
        return not self.is_ready and (not self.submitted or self.due > 0)


def reachable(home: str) -> tuple[str, ...]:
    """The countries to which money can be sent from an account in `home`."""
    return tuple(sorted(ACROSS)) if home in ACROSS else (home,)


def same_name(ours: str, theirs: Iterable[str]) -> bool:
    """Whether one of their ways to write it is our name; case, spaces and points do not count."""
    return bool(_plain(ours)) and any(_plain(one) == _plain(ours) for one in theirs)


def judge(connection: ConnectionFacts, names: Iterable[str]) -> Verdict:
    """What the last report means. A name the master has accepted stays accepted."""
    if not connection.is_ready:
        return Verdict.WAITING
    accepted = bool(connection.accepted) and connection.accepted == connection.name
    same = not connection.by_hand and same_name(connection.holder, names)
    return Verdict.READY if accepted or same else Verdict.COMPARE


def next_check(checks: int, created_at: datetime, now: datetime) -> datetime | None:
    """When to look again at an account that is not ready; None: no more."""
    if now - created_at > LOOKED_AFTER:
        return None
    return now + timedelta(seconds=CHECKS[min(checks, len(CHECKS) - 1)])


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum())
