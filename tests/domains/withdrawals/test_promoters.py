"""Promoters of one shop at the same moment, in threads: each gets his own money, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kameng.domains.accounts.members import service as members
from kameng.domains.payees import service as payee_service
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.rules import Owner
from kameng.domains.withdrawals import queries, review, service
from kameng.domains.withdrawals.errors import OwnerFrozen
from kameng.domains.withdrawals.rules import State
from kameng.kit import clock, ids
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.withdrawals.test_at_once import at_once
from tests.support import accounts, payees
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


def test_nothing_is_paid_to_a_member_the_site_has_frozen(world: Alliance) -> None:
    member = accounts.member(world.ada, contact="eve@example.com")
    owner, now = Owner("member", str(member.id)), clock.now()
    account = rich(world.ada, "500", owner)
    with use(world.ada) as ada:
        made = asked(ada, account, "300", owner)
        review.approve(ada, made.id, actor=TESTER, now=now)
        members.freeze(ada, member.id, actor=TESTER, reason="刷单", now=now)
        with pytest.raises(OwnerFrozen):
            review.start(ada, made.id, actor=TESTER, now=now)
        with pytest.raises(OwnerFrozen):
            asked(ada, account, "100", owner)
        assert queries.purse(ada, owner).free == yuan("200")
        review.reject(ada, made.id, "账号已冻结", actor=TESTER, now=now)
        members.unfreeze(ada, member.id, actor=TESTER, now=now)
        assert asked(ada, account, "500", owner).state is State.ASKED
        session.commit()
