"""A low balance is told once, by message, and again only after there was enough in between."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from kameng.domains.wallet import service as wallets
from kameng.domains.wallet.alarm import queries, service
from kameng.domains.wallet.alarm.errors import BadAlarm
from kameng.domains.wallet.errors import MasterHasNoDeposit
from kameng.faces.worker import balances
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import accounts
from tests.support.worlds import Alliance


def pay_in(site: Tenant, amount: str) -> None:
    with use(site):
        key, now = str(ids.uuid7()), clock.now()
        wallets.deposit(site, Money.of(amount), key=key, actor=SYSTEM, now=now)
        session.commit()


def spend(site: Tenant, member_id: object, amount: str) -> None:
    with use(site):
        wallets.credit_member(
            site,
            member_id,  # type: ignore[arg-type]
            Money.of(amount),
            key=str(ids.uuid7()),
            actor=SYSTEM,
            now=clock.now(),
        )
        session.commit()


def warn_below(site: Tenant, amount: str | None) -> None:
    with use(site):
        below = Money.of(amount) if amount else None
        service.set_alarm(site, below, actor=SYSTEM, now=clock.now())
        session.commit()


def told(owner: Engine, site: Tenant) -> int:
    """How often the site's people were told, after the clock has looked twice."""
    for _ in range(2):
        balances.look_after(clock.now())
    query = "SELECT count(*) FROM shared.notice WHERE tenant_id = :id AND kind = 'balance_low'"
    with owner.connect() as behind:
        return int(behind.execute(text(query), {"id": site.id}).scalar_one())


def test_it_is_told_once_and_again_after_there_was_enough(
    alliance: Alliance, owner: Engine
) -> None:
    ada = alliance.ada
    kim = accounts.member(ada).id
    accounts.staff(ada)
    pay_in(ada, "100")
    warn_below(ada, "50")
    assert told(owner, ada) == 0
    spend(ada, kim, "50")
    assert told(owner, ada) == 0
    spend(ada, kim, "0.01")
    assert told(owner, ada) == 1
    spend(ada, kim, "9")
    warn_below(ada, "60")
    assert told(owner, ada) == 1
    with use(ada):
        assert queries.low(ada) == Money.of("40.99")
    pay_in(ada, "100")
    assert told(owner, ada) == 1
    spend(ada, kim, "100")
    assert told(owner, ada) == 2
    warn_below(ada, None)
    with use(ada):
        assert queries.low(ada) is None
    with shared():
        assert ada.id not in queries.due()


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1000000.01"])
def test_an_amount_nobody_can_be_warned_at_is_refused(alliance: Alliance, amount: str) -> None:
    ada = alliance.ada
    with use(ada), pytest.raises(BadAlarm):
        service.set_alarm(ada, Money.of(amount), actor=SYSTEM, now=clock.now())
    with use(alliance.hub) as hub, pytest.raises(MasterHasNoDeposit):
        service.set_alarm(hub, Money.of("5"), actor=SYSTEM, now=clock.now())
    with use(ada):
        assert queries.alarm(ada) is None
