"""What a site's keys look like, and what is shown of them afterwards. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from kameng.domains.payments.own.errors import BadOwnKeys, KeysOfTheMaster, TestKeys

STRIPE = "stripe"
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
