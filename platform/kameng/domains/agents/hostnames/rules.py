"""What a claim to a host is, and how it moves on after each look at it. Pure.

A host is proven by whoever can write into its DNS, or put a file on its server. It is lost only by
a certain no, three times over two days; that nobody answers proves nothing, in either direction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kameng.domains.agents.hostnames.filings import NOT_FILED, Filing
from kameng.domains.agents.hostnames.spelling import spelt

MOST_DOMAINS = 10
FILE_SIGNS = 16
LOSE_AFTER, LOSE_SPAN = 3, timedelta(days=2)
MISSES = 3
DAILY, HOURLY = timedelta(days=1), timedelta(hours=1)
SOON = timedelta(minutes=10)
GIVE_UP = timedelta(days=30)
WAITS = tuple(timedelta(minutes=one) for one in (1, 2, 5, 15, 60, 360))


class State(StrEnum):
    """The life of a claim."""

    PENDING = "pending"
    PROVEN = "proven"
    LOST = "lost"


MOVES = {
    State.PENDING: {State.PROVEN},
    State.PROVEN: {State.LOST},
    State.LOST: {State.PROVEN},
}


class Method(StrEnum):
    """By what it was proven."""

    DNS = "dns"
    FILE = "file"


class Fault(StrEnum):
    """What the last look did not find."""

    NO_ENTRY = "no_entry"
    OTHER_ENTRY = "other_entry"
    SILENCE = "silence"
    TAKEN = "taken"


class Tell(StrEnum):
    """What the owner is to be told."""

    FAILING = "failing"
    LOST = "lost"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found. `reaches` is None where nobody can say."""

    method: Method | None = None
    fault: Fault | None = None
    reaches: bool | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One site's claim to one host."""

    tenant_id: int
    host: str
    token: str
    state: State
    added_at: datetime
    state_at: datetime
    method: Method | None = None
    fault: Fault | None = None
    failures: int = 0
    failing_since: datetime | None = None
    missed: int = 0
    reached: bool = False
    checked_at: datetime | None = None
    next_check_at: datetime | None = None
    notice: Tell | None = None
    filing: Filing = NOT_FILED

    @property
    def wants_care(self) -> bool:
        """Whether its owner must do something, or shoppers will not find the shop by it."""
        return self.state is State.LOST or (self.state is State.PROVEN and self.failures > 0)

    @property
    def wants_filing(self) -> bool:
        """Whether shoppers come by it and it shows no filing number."""
        return self.state is State.PROVEN and self.reached and not self.filing.icp

    @property
    def entry(self) -> str:
        """The DNS name whose TXT entry holds the token."""
        return f"_kameng.{self.host}"

    @property
    def file_path(self) -> str:
        """Where the file stands whose whole content is the token."""
        return f"/.well-known/kameng-{self.token[:FILE_SIGNS]}"

    @property
    def shown(self) -> str:
        """The host as its owner writes it."""
        return spelt(self.host)


def begun(claim: Claim, *, now: datetime) -> Claim:
    """A new claim, to be looked at soon by itself."""
    return replace(claim, next_check_at=now + WAITS[0])


def taken(finding: Finding) -> Finding:
    """A proof that comes too late: another site has the host."""
    return replace(finding, method=None, fault=Fault.TAKEN)


def silent(claim: Claim) -> Claim:
    """The claim, with nothing to tell its owner."""
    return replace(claim, notice=None)


def after(claim: Claim, finding: Finding, *, now: datetime) -> Claim:
    """The claim after one look at it."""
    seen = replace(claim, checked_at=now, fault=finding.fault, notice=None)
    if finding.method is not None:
        return _arrival(_proven(seen, finding.method, now), finding, now)
    if claim.state is not State.PROVEN:
        return replace(seen, failures=claim.failures + 1, next_check_at=_next_try(claim, now))
    if finding.fault is Fault.SILENCE:
        return _arrival(replace(seen, next_check_at=now + HOURLY), finding, now)
    return _failed(seen, finding, now)


def _proven(seen: Claim, method: Method, now: datetime) -> Claim:
    fresh = seen.state is not State.PROVEN
    return replace(
        seen,
        state=State.PROVEN,
        state_at=now if fresh else seen.state_at,
        method=method,
        failures=0,
        failing_since=None,
        next_check_at=now + DAILY,
    )


def _failed(seen: Claim, finding: Finding, now: datetime) -> Claim:
    """A certain no for a proven host: told at the first, lost after three over two days."""
    since = seen.failing_since or now
    count = seen.failures + 1
    failed = replace(seen, failures=count, failing_since=since, next_check_at=now + DAILY)
    if count >= LOSE_AFTER and now - since >= LOSE_SPAN:
        return replace(
            failed,
            state=State.LOST,
            state_at=now,
            failures=0,
            failing_since=None,
            missed=0,
            reached=False,
            notice=Tell.LOST,
        )
    told = replace(failed, notice=Tell.FAILING) if count == 1 else failed
    return _arrival(told, finding, now)


def _arrival(claim: Claim, finding: Finding, now: datetime) -> Claim:
    """Whether the host leads here: believed at the first yes, dropped at the third no in a row."""
    if finding.reaches is None:
        return claim
    if finding.reaches:
        return replace(claim, reached=True, missed=0)
    missed = min(claim.missed + 1, MISSES)
    if not claim.reached:
        return replace(claim, missed=missed)
    if missed < MISSES:
        return replace(claim, missed=missed, next_check_at=now + SOON)
    return replace(claim, missed=missed, reached=False, notice=claim.notice or Tell.ELSEWHERE)


def _next_try(claim: Claim, now: datetime) -> datetime | None:
    """When to look again for a proof that is not there yet; after a month, only when asked."""
    if now - claim.state_at >= GIVE_UP:
        return None
    return now + (WAITS[claim.failures] if claim.failures < len(WAITS) else DAILY)


def may_move(state: State, to: State) -> bool:
    """Whether a claim in `state` may become `to`."""
    return state is to or to in MOVES[state]
