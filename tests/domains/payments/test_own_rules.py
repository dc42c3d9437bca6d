"""Where a site stands on its way to collecting by itself, for whatever it has of what it needs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kameng.domains.payments.own.rules import OwnChannel, Stage, Standing
from kameng.kit.money import Money

TESTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def channel(*, is_on: bool) -> OwnChannel:
    return OwnChannel(2, "stripe", "…_ada", "acct_ada", True, is_on, TESTED_AT)


OFF, ON = channel(is_on=False), channel(is_on=True)


@pytest.mark.parametrize(
    ("found", "allowed", "verified", "collected", "stage"),
    [
        (None, False, False, False, Stage.NO_LEAVE),
        (None, False, True, False, Stage.NO_LEAVE),
        (OFF, False, True, True, Stage.NO_LEAVE),
        (None, True, False, False, Stage.NO_PAYEE),
        (OFF, True, False, True, Stage.NO_PAYEE),
        (None, True, True, False, Stage.NO_KEYS),
        (OFF, True, True, False, Stage.TESTED),
        (OFF, True, True, True, Stage.OFF),
        (ON, True, True, False, Stage.ON),
        (ON, True, True, True, Stage.ON),
        (ON, False, True, True, Stage.STOPPED),
        (ON, True, False, True, Stage.STOPPED),
    ],
)
def test_what_comes_next_follows_from_what_is_there(
    found: OwnChannel | None, allowed: bool, verified: bool, collected: bool, stage: Stage
) -> None:
    assert Standing(found, allowed, verified, collected).stage is stage
    owing = Standing(found, allowed, verified, collected, Money(1)).stage
    assert owing is (Stage.OWES if stage is Stage.ON else stage)


def test_keys_show_nothing_of_themselves_but_their_end() -> None:
    from kameng.domains.payments.own.rules import Keys

    keys = Keys("sk_live_0123456789", "whsec_0123456789")
    assert keys.hint == "…6789"
    assert "0123" not in repr(keys) + keys.hint
