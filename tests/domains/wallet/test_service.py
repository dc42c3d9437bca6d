"""Crediting members and recording deposits: money moves, and is never made."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from kameng.domains.accounts.members import service as members
from kameng.domains.accounts.members.service import Consent
from kameng.domains.ledger.errors import BalanceTooLow, KeyReused
from kameng.domains.ledger.proofs.queries import prove, trial_balance
from kameng.domains.wallet import errors, queries, service
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.ledger import TESTER, counts, yuan
from tests.support.worlds import Alliance


def _member(tenant: Tenant) -> UUID:
    kim = members.sign_up(
        tenant,
        contact=f"kim{ids.token(4).lower().replace('_', 'a').replace('-', 'b')}@example.com",
        password="correct horse battery",
        name="小金",
        consent=Consent(terms_version="1", of_age=True),
        now=clock.now(),
    )
    session.commit()
    return kim.id


def _credit(tenant: Tenant, member: UUID, money: Money, key: str = "") -> None:
    service.credit_member(
        tenant, member, money, key=key or str(ids.uuid7()), actor=TESTER, now=clock.now()
    )
    session.commit()


def _deposit(tenant: Tenant, money: Money, key: str = "") -> None:
    service.deposit(tenant, money, key=key or str(ids.uuid7()), actor=TESTER, now=clock.now())
    session.commit()


def _audited(tenant: Tenant) -> int:
    found = text("SELECT count(*) FROM shared.audit_log WHERE tenant_id = :id")
    return int(session.execute(found, {"id": tenant.id}).scalar_one())


def test_the_master_credits_against_cash_it_took(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        kim = _member(hub)
        _credit(hub, kim, yuan("12.34"))
        assert queries.balance(hub, kim) == yuan("12.34")
        assert trial_balance(hub).gap == Money.zero()


def test_a_sub_site_credits_out_of_its_deposit(alliance: Alliance) -> None:
    with use(alliance.ada) as ada:
        kim = _member(ada)
        _deposit(ada, yuan("100"))
        _credit(ada, kim, yuan("30"))
        assert (queries.deposit_of(ada), queries.balance(ada, kim)) == (yuan("70"), yuan("30"))
    with use(alliance.hub) as hub:
        assert prove(hub).holds


def test_a_sub_site_without_deposit_cannot_make_money(alliance: Alliance, owner: Engine) -> None:
    with use(alliance.ada) as ada:
        kim = _member(ada)
        _deposit(ada, yuan("10"))
        before = (counts(owner, alliance.hub.id), _audited(ada))
        session.commit()
        with pytest.raises(BalanceTooLow) as refused:
            _credit(ada, kim, yuan("10.01"))
        session.rollback()
        assert refused.value.facts["available"] == yuan("10")
        assert (counts(owner, alliance.hub.id), _audited(ada)) == before
        assert queries.balance(ada, kim) == Money.zero()


def test_one_form_sent_twice_credits_once(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        kim = _member(hub)
        for _ in range(2):
            _credit(hub, kim, yuan("5"), key="form:1")
        assert queries.balance(hub, kim) == yuan("5")
        assert _audited(hub) == 1


def test_one_key_for_two_amounts_is_refused_and_moves_nothing(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        kim = _member(hub)
        _credit(hub, kim, yuan("5"), key="form:1")
        with pytest.raises(KeyReused):
            _credit(hub, kim, yuan("6"), key="form:1")
        session.rollback()
        assert queries.balance(hub, kim) == yuan("5")


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1000000.01"])
def test_an_odd_amount_is_refused_and_moves_nothing(
    alliance: Alliance, owner: Engine, amount: str
) -> None:
    with use(alliance.ada) as ada:
        kim = _member(ada)
        before = counts(owner, alliance.hub.id)
        for attempt in (
            lambda: _credit(ada, kim, yuan(amount)),
            lambda: _deposit(ada, yuan(amount)),
        ):
            with pytest.raises(errors.BadCredit):
                attempt()
            session.rollback()
        assert counts(owner, alliance.hub.id) == before


def _refused(tenant: Tenant, owner: Engine, kind: type[Refusal], member: UUID) -> None:
    before = counts(owner, tenant.root_id)
    with pytest.raises(kind):
        _credit(tenant, member, yuan("1"))
    session.rollback()
    assert counts(owner, tenant.root_id) == before


def test_a_member_of_another_site_has_no_wallet_here(alliance: Alliance, owner: Engine) -> None:
    with use(alliance.ada) as ada:
        kim = _member(ada)
    with use(alliance.hub) as hub:
        _refused(hub, owner, errors.NoSuchWallet, kim)
        _refused(hub, owner, errors.NoSuchWallet, ids.uuid7())


def test_the_master_leaves_no_deposit_with_itself(alliance: Alliance, owner: Engine) -> None:
    with use(alliance.hub) as hub:
        before = counts(owner, hub.id)
        with pytest.raises(errors.MasterHasNoDeposit):
            _deposit(hub, yuan("1"))
        session.rollback()
        assert counts(owner, hub.id) == before


def test_movements_tell_the_newest_first_with_the_balance_after_each(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        kim = _member(hub)
        _credit(hub, kim, yuan("5"))
        _credit(hub, kim, yuan("2"))
        told = [(str(one.amount), str(one.balance_after)) for one in queries.movements(hub, kim)]
    assert told == [("2.00", "7.00"), ("5.00", "5.00")]


def test_the_audit_log_names_who_credited_what(alliance: Alliance) -> None:
    with use(alliance.hub) as hub:
        kim = _member(hub)
        service.credit_member(
            hub, kim, yuan("5"), key="k", actor=TESTER, note="补偿", now=clock.now()
        )
        session.commit()
        found = text("SELECT action, subject, after FROM shared.audit_log WHERE tenant_id = :id")
        action, subject, after = session.execute(found, {"id": hub.id}).one()
    assert (action, subject) == ("wallet_credit", f"member {kim}")
    assert (after["amount"], after["note"]) == ("5.00", "补偿")
