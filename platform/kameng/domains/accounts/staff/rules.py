"""Whose grant lets whom in where, and what an entry from above must say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kameng.domains.accounts.errors import BadReason, BadStay
from kameng.domains.accounts.roles.rules import STEWARD as STEWARD
from kameng.domains.accounts.roles.rules import held

ENTER = "sites.enter"
"""What lets somebody go down: a visit ends when he no longer holds it at the site it came from."""
SHORTEST_REASON, LONGEST_REASON = 4, 200
LONGEST_STAY = 72


@dataclass(frozen=True, slots=True)
class Grant:
    """One person's role on one site: `expires_at`, `reason` and `via_id` only for a steward,
    `name` and `own` (what it was given) only for one of the site's own roles."""

    tenant_id: int
    role: str
    expires_at: datetime | None = None
    reason: str | None = None
    via_id: int | None = None
    name: str | None = None
    own: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """The own role's name, or the built-in role's code."""
        return self.name or self.role

    def held(self, *, root: bool) -> frozenset[str]:
        """What it lets the person do on its site."""
        return held(self.role, self.own, root=root)


def grant_on(
    grants: Sequence[Grant], tenant_id: int, chain: Sequence[int], *, now: datetime
) -> Grant | None:
    """What the person may be on the site: what she is there, else what she visits it as."""
    there = [grant for grant in grants if grant.tenant_id == tenant_id]
    own = next((grant for grant in there if grant.role != STEWARD), None)
    return own or next((one for one in there if holds(one, grants, chain, now=now)), None)


def holds(grant: Grant, others: Iterable[Grant], chain: Sequence[int], *, now: datetime) -> bool:
    """Whether a steward's grant is in force: not over, sent by a site that still stands above,
    in which the person still may go into sites below."""
    if grant.expires_at is None or grant.expires_at <= now or grant.via_id not in chain[:-1]:
        return False
    sent_by = (one for one in others if one.tenant_id == grant.via_id)
    return any(ENTER in one.held(root=True) for one in sent_by)


def check_reason(text: str) -> str:
    """Why somebody goes in: one line. Refuses BadReason."""
    plain = " ".join(text.split())
    if not SHORTEST_REASON <= len(plain) <= LONGEST_REASON or not plain.isprintable():
        raise BadReason(least=SHORTEST_REASON, most=LONGEST_REASON)
    return plain


def stay(hours: int, *, now: datetime) -> datetime:
    """When a stay of so many hours ends. Refuses BadStay."""
    if not 1 <= hours <= LONGEST_STAY:
        raise BadStay(most=LONGEST_STAY)
    return now + timedelta(hours=hours)
