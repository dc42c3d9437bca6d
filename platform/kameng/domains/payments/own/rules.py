"""What a site's keys look like, and what is shown of them afterwards. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kameng.domains.payments.own.errors import BadOwnKeys, KeysOfTheMaster, TestKeys
from kameng.kit.money import Money

STRIPE = "stripe"
EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
"""What the site's account is asked to tell."""
_SECRET = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]{6,200}")
_HOOK = re.compile(r"whsec_[A-Za-z0-9_+/=-]{6,200}")


@dataclass(frozen=True, slots=True)
class Keys:
    """A secret key and the secret its notifications are signed with."""

    secret: str = field(repr=False)
    hook: str = field(repr=False)

    @property
    def is_live(self) -> bool:
        """Whether real money moves by it."""
        return self.secret[3:].startswith("live_")

    @property
    def hint(self) -> str:
        """What is shown of it: its end."""
        return f"…{self.secret[-4:]}"


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """A site's own channel as far as anybody sees it; `is_on`: the site wants to collect by it."""

    tenant_id: int
    channel: str
    hint: str
    account: str
    live: bool
    is_on: bool
    tested_at: datetime


class Stage(StrEnum):
    """How far a site is on the way to collecting by itself."""

    NO_LEAVE = "no_leave"
    NO_PAYEE = "no_payee"
    NO_KEYS = "no_keys"
    TESTED = "tested"
    ON = "on"
    OWES = "owes"
    OFF = "off"
    STOPPED = "stopped"


NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a site has of what it needs; `collected`: a page was once opened on its own account;
    `debt`: what its earnings have to pay first."""

    channel: OwnChannel | None
    allowed: bool
    verified: bool
    collected: bool
    debt: Money = NOTHING

    @property
    def stage(self) -> Stage:
        """What comes next; a site that wants to and no longer may has stopped, one that owes
        something waits until it is paid."""
        missing = self._missing()
        if self.channel and self.channel.is_on:
            return Stage.STOPPED if missing else Stage.OWES if self.debt else Stage.ON
        if missing or self.channel is None:
            return missing or Stage.NO_KEYS
        return Stage.OFF if self.collected else Stage.TESTED

    def _missing(self) -> Stage | None:
        if not self.allowed:
            return Stage.NO_LEAVE
        return None if self.verified else Stage.NO_PAYEE


def check(keys: Keys, *, masters: str, live_only: bool) -> Keys:
    """The keys without what a copy brings along. Refuses BadOwnKeys, KeysOfTheMaster, TestKeys."""
    found = Keys(keys.secret.strip(), keys.hook.strip())
    if not _SECRET.fullmatch(found.secret):
        raise BadOwnKeys(field="secret")
    if not _HOOK.fullmatch(found.hook):
        raise BadOwnKeys(field="hook")
    if found.secret == masters:
        raise KeysOfTheMaster()
    if live_only and not found.is_live:
        raise TestKeys()
    return found


def about(channel: str, what: str) -> str:
    """What a sealed key is about: it opens nowhere else."""
    return f"own_channel:{channel}:{what}"
