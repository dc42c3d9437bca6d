"""Who is paid is checked by the master before any money goes; numbers are sealed and masked."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from kameng.domains.payees import queries, service
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.accounts import service as account_service
from kameng.domains.payees.accounts.errors import (
    NoSuchPayoutAccount,
    PayoutAccountMoved,
    PayoutAccountThere,
    TooManyPayoutAccounts,
)
from kameng.domains.payees.accounts.rules import MOST, Details, Method
from kameng.domains.payees.errors import (
    BadPayeeReason,
    MasterNeedsNoPayee,
    PayeeMissing,
    PayeeMoved,
    PayeeNotVerified,
    PayeeUnchanged,
)
from kameng.domains.payees.rules import Draft, Kind, Owner, State
from kameng.kit import clock
from kameng.kit.secrets import SecretUnreadable
from tenants.context import use
from tenants.database import session
from tests.support import payees
from tests.support.ledger import TESTER
from tests.support.payees import ALIPAY, CARD, PAPERS
from tests.support.worlds import Alliance, Builder


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture
def ada(world: Alliance):  # type: ignore[no-untyped-def]
    """Bound to Ada; whatever the test wrote is taken back."""
    with use(world.ada) as site:
        yield site
        session.rollback()


def test_nobody_is_paid_before_the_master_has_looked(ada) -> None:  # type: ignore[no-untyped-def]
    sent = service.send(ada, PAPERS, actor=TESTER, now=clock.now())
    assert sent.state is State.SENT
    assert queries.verified(ada) is None
    bound = account_service.bind(ada, CARD, actor=TESTER, now=clock.now())
    assert not bound.stands
    with pytest.raises(PayeeNotVerified):
        account_service.verify(ada, bound.id, actor=TESTER, now=clock.now())
    service.verify(ada, sent.version, actor=TESTER, now=clock.now())
    assert queries.verified(ada).legal_name == "张三丰"
    assert accounts.usable(ada) == []
    account_service.verify(ada, bound.id, actor=TESTER, now=clock.now())
    assert [one.id for one in accounts.usable(ada)] == [bound.id]
    with pytest.raises(PayoutAccountMoved):
        account_service.verify(ada, bound.id, actor=TESTER, now=clock.now())


def test_a_changed_payee_is_checked_anew_and_so_are_the_accounts(ada) -> None:  # type: ignore[no-untyped-def]
    bound = payees.ready(ada)
    with pytest.raises(PayeeUnchanged):
        service.send(ada, PAPERS, actor=TESTER, now=clock.now())
    other = Draft(Kind.COMPANY, "杭州某某网络科技有限公司", "91350100M000100Y43")
    sent = service.send(ada, other, actor=TESTER, now=clock.now())
    assert queries.verified(ada) is None
    service.verify(ada, sent.version, actor=TESTER, now=clock.now())
    assert accounts.usable(ada) == []
    assert not accounts.account(ada, bound.id).stands
    with pytest.raises(PayeeNotVerified):
        account_service.verify(ada, bound.id, actor=TESTER, now=clock.now())


def test_the_same_name_verified_again_still_needs_its_accounts_checked(ada) -> None:  # type: ignore[no-untyped-def]
    bound = payees.ready(ada)
    stands = queries.of(ada)
    service.refuse(ada, stands.version, "证件已过期", actor=TESTER, now=clock.now())
    assert accounts.usable(ada) == []
    sent = service.send(ada, PAPERS, actor=TESTER, now=clock.now())
    service.verify(ada, sent.version, actor=TESTER, now=clock.now())
    assert accounts.usable(ada) == []
    account_service.verify(ada, bound.id, actor=TESTER, now=clock.now())
    assert len(accounts.usable(ada)) == 1


def test_a_decision_is_about_what_was_seen(ada) -> None:  # type: ignore[no-untyped-def]
    sent = service.send(ada, PAPERS, actor=TESTER, now=clock.now())
    with pytest.raises(BadPayeeReason):
        service.refuse(ada, sent.version, " ", actor=TESTER, now=clock.now())
    service.send(ada, Draft(Kind.PERSON, "李四", PAPERS.id_number), actor=TESTER, now=clock.now())
    with pytest.raises(PayeeMoved):
        service.verify(ada, sent.version, actor=TESTER, now=clock.now())
    with pytest.raises(PayeeMoved):
        service.refuse(ada, sent.version, "名字不符", actor=TESTER, now=clock.now())
    assert queries.of(ada).state is State.SENT


def test_the_master_is_paid_by_nobody_but_its_promoters_are(world: Alliance) -> None:
    with use(world.hub) as hub:
        with pytest.raises(MasterNeedsNoPayee):
            service.send(hub, PAPERS, actor=TESTER, now=clock.now())
        kim = Owner("member", str(uuid4()))
        payees.agreed(hub, kim)
        service.send(hub, PAPERS, owner=kim, actor=TESTER, now=clock.now())
        assert queries.of(hub, kim).owner == kim
        assert queries.of(hub) is None
        session.rollback()


def test_no_account_is_bound_without_a_payee_or_twice_or_without_end(ada) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PayeeMissing):
        account_service.bind(ada, CARD, actor=TESTER, now=clock.now())
    payees.ready(ada)
    with pytest.raises(PayoutAccountThere):
        account_service.bind(ada, CARD, actor=TESTER, now=clock.now())
    for number in range(MOST - 1):
        more = Details(Method.ALIPAY, f"1380013800{number}")
        account_service.bind(ada, more, actor=TESTER, now=clock.now())
    with pytest.raises(TooManyPayoutAccounts):
        account_service.bind(ada, ALIPAY, actor=TESTER, now=clock.now())
    assert len(accounts.accounts(ada)) == MOST


def test_a_removed_account_is_not_there_any_more(ada) -> None:  # type: ignore[no-untyped-def]
    bound = payees.ready(ada)
    with pytest.raises(NoSuchPayoutAccount):
        account_service.remove(
            ada, bound.id, owner=Owner("member", "1"), actor=TESTER, now=clock.now()
        )
    account_service.remove(ada, bound.id, actor=TESTER, now=clock.now())
    assert accounts.usable(ada) == []
    with pytest.raises(NoSuchPayoutAccount):
        account_service.verify(ada, bound.id, actor=TESTER, now=clock.now())


def test_numbers_and_pictures_lie_sealed_and_whoever_looks_is_written_down(
    world: Alliance, owner: Engine
) -> None:
    with use(world.bo) as bo:
        bound = payees.ready(bo)
        code = Details(Method.QR)
        drawn = account_service.bind(bo, code, payees.PICTURE, actor=TESTER, now=clock.now())
        session.commit()
        assert account_service.reveal(bo, bound.id, actor=TESTER).details.number == CARD.number
        assert account_service.reveal(bo, drawn.id, actor=TESTER).picture.startswith(b"\xff\xd8")
        assert service.reveal(bo, actor=TESTER) == PAPERS.id_number
        session.commit()
    with owner.connect() as behind:
        stored = behind.execute(
            text("SELECT t::text FROM shared.payout_account t WHERE tenant_id = :id"
                 " UNION ALL SELECT t::text FROM shared.payee t WHERE tenant_id = :id"
                 " UNION ALL SELECT t::text FROM shared.audit_log t WHERE tenant_id = :id"),
            {"id": world.bo.id},
        ).scalars()  # fmt: skip
        lines = list(stored)
        assert not [one for one in lines if CARD.number in one or PAPERS.id_number in one]
        assert sum("looked_at" in one for one in lines) == 3
    with use(world.hub) as hub:
        assert [one.tenant_id for one in queries.decided(hub)[0]] == [bo.id]
        assert [one.id for one in accounts.waiting(hub)] == [drawn.id]
        with pytest.raises(NoSuchPayoutAccount):
            account_service.reveal(hub, bound.id, actor=TESTER)
    with use(world.ada) as ada:
        assert accounts.account(ada, bound.id) is None
        assert queries.waiting(ada) == []


def test_a_number_moved_to_another_row_does_not_open(world: Alliance) -> None:
    with use(world.ada) as ada:
        bound = payees.ready(ada)
        other = account_service.bind(ada, ALIPAY, actor=TESTER, now=clock.now())
        session.execute(
            text("UPDATE shared.payout_account SET sealed ="
                 " (SELECT sealed FROM shared.payout_account WHERE id = :a) WHERE id = :b"),
            {"a": bound.id, "b": other.id},
        )  # fmt: skip
        with pytest.raises(SecretUnreadable):
            account_service.reveal(ada, other.id, actor=TESTER)
        session.rollback()
