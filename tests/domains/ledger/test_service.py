"""The verbs of the books on a real database, as the role the web process has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from kameng.domains.ledger import errors, queries, service
from kameng.domains.ledger.rules import (
    AccountKey,
    AccountKind,
    Posted,
    Posting,
    credit,
    debit,
    house,
)
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.ledger import TESTER, cash, counts, fill, move, posting, purse, yuan
from tests.support.worlds import Alliance


@pytest.fixture
def hub(alliance: Alliance) -> Iterator[Tenant]:
    """The master site, bound, where Kim holds 10.00."""
    with use(alliance.hub) as tenant:
        fill(tenant, "kim", "10.00")
        session.commit()
        yield tenant


@pytest.fixture
def nothing_moved(hub: Tenant, owner: Engine) -> Iterator[None]:
    """The test leaves the books of its alliance exactly as they were."""
    before = counts(owner, hub.id)
    yield
    session.rollback()
    assert counts(owner, hub.id) == before


def _post(tenant: Tenant, what: Posting) -> Posted:
    posted = service.post(tenant, what, now=clock.now())
    session.commit()
    return posted


def _hold(tenant: Tenant, amount: str, key: str = "") -> UUID:
    until = clock.now() + timedelta(minutes=5)
    what = move(purse(tenant), _liability(tenant), amount, key)
    held = service.hold(tenant, what, until=until, now=clock.now())
    session.commit()
    return held.txn_id


def _settle(tenant: Tenant, hold: UUID, key: str = "", amount: str | None = None) -> Posted:
    lines = None
    if amount:
        lines = (debit(purse(tenant), yuan(amount)), credit(_liability(tenant), yuan(amount)))
    settled = service.settle_hold(
        tenant, hold, key=key or str(ids.uuid7()), actor=TESTER, now=clock.now(), lines=lines
    )
    session.commit()
    return settled


def _void(tenant: Tenant, hold: UUID, key: str = "") -> Posted:
    voided = service.void_hold(
        tenant, hold, key=key or str(ids.uuid7()), actor=TESTER, now=clock.now()
    )
    session.commit()
    return voided


def _reverse(tenant: Tenant, txn: UUID, key: str = "") -> Posted:
    made = service.reverse(
        tenant,
        txn,
        key=key or str(ids.uuid7()),
        kind="test.back",
        actor=TESTER,
        now=clock.now(),
    )
    session.commit()
    return made


def _liability(tenant: Tenant) -> AccountKey:
    return house(tenant.id, AccountKind.ORDER_LIABILITY)


def _held(tenant: Tenant) -> tuple[str, str]:
    found = queries.balance(purse(tenant))
    return str(found.posted), str(found.available)


def test_a_posting_moves_money_from_one_account_to_the_other(hub: Tenant) -> None:
    _post(hub, move(purse(hub), _liability(hub), "4.00"))
    assert _held(hub) == ("6.00", "6.00")
    assert queries.balance(_liability(hub)).posted == yuan("4.00")
    assert queries.balance(cash(hub)).posted == yuan("10.00")


def test_the_same_key_with_the_same_content_is_one_posting(hub: Tenant) -> None:
    what = move(purse(hub), _liability(hub), "4.00", key="order:1")
    first, second = _post(hub, what), _post(hub, what)
    assert (first.txn_id, first.replayed, second.replayed) == (second.txn_id, False, True)
    assert _held(hub) == ("6.00", "6.00")


def test_the_same_key_within_one_transaction_is_one_posting(hub: Tenant) -> None:
    what = move(purse(hub), _liability(hub), "4.00", key="order:1")
    service.post(hub, what, now=clock.now())
    assert _post(hub, what).replayed
    assert _held(hub) == ("6.00", "6.00")


def test_the_order_of_lines_does_not_make_another_posting(hub: Tenant) -> None:
    one, other = debit(purse(hub), yuan("1")), credit(_liability(hub), yuan("1"))
    _post(hub, posting(one, other, key="k"))
    assert _post(hub, posting(other, one, key="k")).replayed


@pytest.mark.usefixtures("nothing_moved")
class TestRefusals:
    """Each names what is wrong, and leaves the books as they were."""

    def test_more_than_the_purse_holds(self, hub: Tenant) -> None:
        with pytest.raises(errors.BalanceTooLow) as refused:
            _post(hub, move(purse(hub), _liability(hub), "10.01"))
        assert refused.value.facts == {
            "kind": "wallet",
            "needed": yuan("10.01"),
            "available": yuan("10.00"),
        }

    def test_a_purse_that_was_never_filled(self, hub: Tenant) -> None:
        with pytest.raises(errors.BalanceTooLow):
            _post(hub, move(purse(hub, "nobody"), _liability(hub), "0.000001"))

    def test_an_account_of_a_site_below(self, hub: Tenant, alliance: Alliance) -> None:
        with pytest.raises(errors.AccountOutsideChain):
            _post(hub, move(cash(hub), purse(alliance.ada), "1"))

    def test_an_account_of_a_stranger(self, hub: Tenant) -> None:
        with pytest.raises(errors.AccountOutsideChain):
            _post(hub, move(house(10**12, AccountKind.CASH_BY_HAND), purse(hub), "1"))

    def test_a_kind_that_is_not_in_the_chart(self, hub: Tenant) -> None:
        odd = AccountKey(hub.id, "house", "", "slush_fund")
        with pytest.raises(errors.UnknownAccountKind):
            _post(hub, move(odd, purse(hub), "1"))

    def test_debits_without_credits(self, hub: Tenant) -> None:
        with pytest.raises(errors.Unbalanced):
            _post(hub, posting(debit(cash(hub), yuan("1"))))

    def test_a_sum_that_no_longer_fits(self, hub: Tenant) -> None:
        most = Money(9_000_000_000_000_000_000)
        lines = (debit(cash(hub), most), credit(purse(hub, "rich"), most))
        service.post(hub, posting(*lines), now=clock.now())
        with pytest.raises(errors.AmountTooLarge):
            service.post(hub, posting(*lines), now=clock.now())

    def test_a_hold_of_more_than_is_there(self, hub: Tenant) -> None:
        with pytest.raises(errors.BalanceTooLow):
            _hold(hub, "10.000001")

    def test_resolving_a_hold_that_never_was(self, hub: Tenant) -> None:
        for verb in (_settle, _void):
            with pytest.raises(errors.NoSuchPosting):
                verb(hub, ids.uuid7())
            session.rollback()

    def test_reversing_a_posting_that_never_was(self, hub: Tenant) -> None:
        with pytest.raises(errors.NoSuchPosting):
            _reverse(hub, ids.uuid7())

    def test_a_function_told_another_tenant_than_the_bound_one(
        self, hub: Tenant, alliance: Alliance
    ) -> None:
        with pytest.raises(DBAPIError, match="another tenant is bound"):
            service.post(alliance.ada, move(cash(hub), purse(hub), "1"), now=clock.now())


def test_a_key_used_for_something_else_is_refused_and_moves_nothing(
    hub: Tenant, owner: Engine
) -> None:
    _post(hub, move(purse(hub), _liability(hub), "4.00", key="k"))
    before = counts(owner, hub.id)
    others: list[Callable[[], object]] = [
        lambda: _post(hub, move(purse(hub), _liability(hub), "5.00", key="k")),
        lambda: _post(hub, move(_liability(hub), purse(hub), "4.00", key="k")),
        lambda: _hold(hub, "4.00", key="k"),
    ]
    for other in others:
        with pytest.raises(errors.KeyReused):
            other()
        session.rollback()
    assert counts(owner, hub.id) == before


def test_a_sub_site_may_post_to_accounts_above_it(alliance: Alliance) -> None:
    with use(alliance.bo) as bo:
        hubs = house(alliance.hub.id, AccountKind.CASH_BY_HAND)
        _post(bo, move(hubs, house(alliance.ada.id, AccountKind.MARGIN), "1"))
    with use(alliance.hub):
        assert queries.balance(hubs).posted == yuan("1")


def test_a_hold_sets_aside_and_settling_takes_it(hub: Tenant) -> None:
    hold = _hold(hub, "7.00")
    assert _held(hub) == ("10.00", "3.00")
    with pytest.raises(errors.BalanceTooLow):
        _post(hub, move(purse(hub), _liability(hub), "3.01"))
    session.rollback()
    _settle(hub, hold)
    assert _held(hub) == ("3.00", "3.00")
    assert queries.balance(_liability(hub)).posted == yuan("7.00")


def test_settling_less_gives_the_rest_back(hub: Tenant) -> None:
    _settle(hub, _hold(hub, "7.00"), amount="2.50")
    assert _held(hub) == ("7.50", "7.50")


def test_settling_more_than_was_held_is_refused(hub: Tenant) -> None:
    hold = _hold(hub, "7.00")
    with pytest.raises(errors.HoldExceeded):
        _settle(hub, hold, amount="7.000001")
    session.rollback()
    assert _held(hub) == ("10.00", "3.00")


def test_voiding_restores_what_was_held(hub: Tenant) -> None:
    _void(hub, _hold(hub, "7.00"))
    assert _held(hub) == ("10.00", "10.00")
    assert queries.balance(_liability(hub)).posted == Money.zero()


def test_a_hold_is_resolved_once_whichever_way(hub: Tenant) -> None:
    for first, second in ((_settle, _void), (_void, _settle), (_settle, _settle), (_void, _void)):
        hold = _hold(hub, "1.00")
        first(hub, hold)
        with pytest.raises(errors.HoldResolved):
            second(hub, hold)
        session.rollback()
    assert _held(hub) == ("8.00", "8.00")


def test_resolving_again_with_the_same_key_answers_with_the_first(hub: Tenant) -> None:
    hold = _hold(hub, "1.00")
    first = _settle(hub, hold, key="done")
    again = _settle(hub, hold, key="done")
    assert (again.txn_id, again.replayed) == (first.txn_id, True)


def test_reversing_restores_every_balance_once(hub: Tenant) -> None:
    txn = _post(hub, move(purse(hub), _liability(hub), "4.00")).txn_id
    _reverse(hub, txn, key="back")
    assert _reverse(hub, txn, key="back").replayed
    assert _held(hub) == ("10.00", "10.00")
    assert queries.balance(_liability(hub)).posted == Money.zero()
    with pytest.raises(errors.AlreadyReversed):
        _reverse(hub, txn, key="again")
    session.rollback()


def test_a_reversal_that_would_break_a_floor_is_refused(hub: Tenant) -> None:
    filled = fill(hub, "lee", "2.00").txn_id
    session.commit()
    _post(hub, move(purse(hub, "lee"), _liability(hub), "1.00"))
    with pytest.raises(errors.BalanceTooLow):
        _reverse(hub, filled)
    session.rollback()


def test_another_tenants_posting_cannot_be_reversed(alliance: Alliance) -> None:
    with use(alliance.ada) as ada:
        made = fill(ada, "kim", "1.00").txn_id
        session.commit()
    with use(alliance.hub) as hub, pytest.raises(errors.NoSuchPosting):
        _reverse(hub, made)


def test_a_refusal_in_the_middle_of_a_request_undoes_all_of_it(hub: Tenant, owner: Engine) -> None:
    before = counts(owner, hub.id)
    service.post(hub, move(cash(hub), purse(hub), "5.00"), now=clock.now())
    with pytest.raises(Refusal):
        service.post(hub, move(purse(hub), _liability(hub), "99"), now=clock.now())
    session.rollback()
    assert counts(owner, hub.id) == before


def test_entries_of_one_account_tell_the_balance_after_each(hub: Tenant) -> None:
    _post(hub, move(purse(hub), _liability(hub), "4.00"))
    found = text("SELECT balance_after FROM shared.ledger_entry WHERE balance_after IS NOT NULL")
    assert sorted(session.scalars(found)) == [6_000_000, 10_000_000]
