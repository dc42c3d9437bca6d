"""Promoters of one shop at the same moment, in threads: each gets his own money, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kameng.domains.payees import service as payee_service
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.rules import Owner
from kameng.domains.withdrawals import queries, service
from kameng.kit import clock, ids
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.withdrawals.test_at_once import at_once
from tests.support import payees
from tests.support.ledger import TESTER, yuan
from tests.support.withdrawals import asked, rich
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


def test_promoters_of_one_shop_get_their_own_money_once(world: Alliance) -> None:
    """Two members of Bo's, each asking and turning in threads of their own: neither touches the
    other's, and what one asks for twice he gets once."""
    kim, eve = (Owner("member", str(ids.uuid7())) for _ in range(2))
    of_kim = rich(world.bo, "500", kim)
    of_eve = rich(world.bo, "500", eve, papers=payees.OTHER_PAPERS)

    def asks(owner: Owner, account: AccountFacts) -> Callable[[Tenant], object]:
        return lambda bo: asked(bo, account, "300", owner)

    def turns(owner: Owner, once: str) -> Callable[[Tenant], object]:
        return lambda bo: service.turn(
            bo, yuan("300"), owner=owner, once=once, actor=TESTER, now=clock.now()
        )

    told = at_once(
        world.bo,
        *(asks(kim, of_kim), asks(kim, of_kim), turns(kim, "a")),
        *(asks(eve, of_eve), asks(eve, of_eve), turns(eve, "a")),
        asks(eve, of_kim),
    )
    assert told == {"done": 2, "more_than_free": 4, "no_such_payout_account": 1}
    with use(world.bo) as bo:
        assert [queries.purse(bo, one).free for one in (kim, eve)] == [yuan("200")] * 2


def test_the_same_papers_sent_by_two_members_at_once_are_ones(world: Alliance) -> None:
    two = [Owner("member", str(ids.uuid7())) for _ in range(2)]
    with use(world.hub) as hub:
        for one in two:
            payees.agreed(hub, one)
        session.commit()

    def send(owner: Owner) -> Callable[[Tenant], object]:
        return lambda hub: payee_service.send(
            hub, payees.PAPERS, owner=owner, actor=TESTER, now=clock.now()
        )

    assert at_once(world.hub, *(send(one) for one in two)) == {"done": 1, "papers_taken": 1}
