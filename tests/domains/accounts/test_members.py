"""Shoppers register on one site, sign in there only, and reset by a link that works once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from kameng.domains.accounts.errors import (
    AccountFrozen,
    ContactTaken,
    NoSuchMember,
    ResetRefused,
    SignInRefused,
    TooManyAttempts,
    TooYoung,
    WeakPassword,
)
from kameng.domains.accounts.members import queries, service
from kameng.domains.accounts.rules import Consent
from kameng.kit import clock, ids
from kameng.kit.audit import Actor
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import accounts
from tests.support.accounts import CONSENT, PASSWORD
from tests.support.worlds import Alliance

pytestmark = pytest.mark.usefixtures("tools")
OWNER = Actor("staff", "1", "Ada", "127.0.0.1")


def sign_in(tenant: Tenant, contact: str, password: str = PASSWORD) -> queries.MemberFacts:
    with use(tenant):
        try:
            return service.sign_in(tenant, contact, password, now=clock.now())
        finally:
            session.commit()


def count(tenant: Tenant, table: str) -> int:
    with use(tenant):
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def link(tenant: Tenant, email: str) -> service.Reset:
    with use(tenant):
        made = service.issue_reset(tenant, email, now=clock.now())
        session.commit()
    assert made is not None
    return made


def test_a_member_signs_in_by_email_or_by_phone(alliance: Alliance) -> None:
    kim = accounts.member(alliance.ada, contact="Kim@Example.com")
    lee = accounts.member(alliance.ada, contact="+86 138 0013 8000")
    assert sign_in(alliance.ada, "kim@example.COM").id == kim.id
    assert sign_in(alliance.ada, "13800138000").id == lee.id
    assert (kim.contact, lee.contact) == ("kim@example.com", "13800138000")


def test_consent_is_kept_with_its_version(alliance: Alliance) -> None:
    kim = accounts.member(alliance.ada)
    with use(alliance.ada):
        kept = [
            (purpose, version) for purpose, version, _ in queries.consents(alliance.ada, kim.id)
        ]
    assert kept == [("of_age", "14+"), ("terms", "2026-11")]


def test_nobody_under_fourteen_gets_an_account(alliance: Alliance) -> None:
    with use(alliance.ada), pytest.raises(TooYoung):
        service.sign_up(
            alliance.ada,
            contact="kid@example.com",
            password=PASSWORD,
            consent=Consent("2026-11", of_age=False),
            now=clock.now(),
        )
    assert count(alliance.ada, "member") == count(alliance.ada, "member_consent") == 0


def test_a_taken_contact_is_refused_and_nothing_moves(alliance: Alliance) -> None:
    kim = accounts.member(alliance.ada, contact="kim@example.com")
    with use(alliance.ada), pytest.raises(ContactTaken):
        service.sign_up(
            alliance.ada,
            contact="KIM@example.com",
            password="another horse 8",
            consent=CONSENT,
            now=clock.now(),
        )
    assert count(alliance.ada, "member") == 1
    assert sign_in(alliance.ada, "kim@example.com").id == kim.id


def test_a_member_of_one_site_is_nobody_on_another(alliance: Alliance) -> None:
    accounts.member(alliance.ada, contact="kim@example.com")
    with pytest.raises(SignInRefused):
        sign_in(alliance.bo, "kim@example.com")
    accounts.member(alliance.bo, contact="kim@example.com", password="another horse 8")
    with pytest.raises(SignInRefused):
        sign_in(alliance.ada, "kim@example.com", "another horse 8")


def test_unknown_and_wrong_get_the_same_answer_and_guessing_stops(alliance: Alliance) -> None:
    accounts.member(alliance.ada, contact="kim@example.com")
    for contact in ("kim@example.com", "nobody@example.com", "no contact at all"):
        for _ in range(10):
            with pytest.raises(SignInRefused) as refusal:
                sign_in(alliance.ada, contact, "wrong password")
            assert refusal.value.facts == {}
        with pytest.raises(TooManyAttempts):
            sign_in(alliance.ada, contact)


def test_freezing_holds_at_once_and_is_audited(alliance: Alliance) -> None:
    kim = accounts.member(alliance.ada)
    with use(alliance.ada):
        frozen = service.freeze(
            alliance.ada, kim.id, actor=OWNER, reason="chargebacks", now=clock.now()
        )
        session.commit()
    assert frozen.state == queries.FROZEN
    with use(alliance.ada):
        assert queries.current(alliance.ada, kim.id, kim.epoch) is None
        logged = session.execute(
            text("SELECT action, actor_name FROM shared.audit_log WHERE subject = :id"),
            {"id": str(kim.id)},
        ).all()
    assert [tuple(row) for row in logged] == [("member.freeze", "Ada")]
    with pytest.raises(AccountFrozen):
        sign_in(alliance.ada, kim.contact)


def test_freezing_twice_is_once_and_unfreezing_lets_in_again(alliance: Alliance) -> None:
    kim = accounts.member(alliance.ada)
    with use(alliance.ada):
        for _ in range(2):
            service.freeze(alliance.ada, kim.id, actor=OWNER, now=clock.now())
        service.unfreeze(alliance.ada, kim.id, actor=OWNER, now=clock.now())
        session.commit()
    assert sign_in(alliance.ada, kim.contact).epoch == kim.epoch + 2


def test_another_sites_member_cannot_be_frozen(alliance: Alliance) -> None:
    kim = accounts.member(alliance.ada)
    with use(alliance.bo), pytest.raises(NoSuchMember):
        service.freeze(alliance.bo, kim.id, actor=OWNER, now=clock.now())
    assert sign_in(alliance.ada, kim.contact).state == queries.ACTIVE


def test_a_reset_link_works_once_and_ends_every_session(alliance: Alliance) -> None:
    kim = accounts.member(alliance.ada, contact="kim@example.com")
    made = link(alliance.ada, "KIM@example.com")
    with use(alliance.ada):
        service.reset(alliance.ada, made.token, "another horse 8", now=clock.now())
        session.commit()
    with use(alliance.ada):
        assert queries.current(alliance.ada, kim.id, kim.epoch) is None
        with pytest.raises(ResetRefused):
            service.reset(alliance.ada, made.token, "third horse 9", now=clock.now())
    assert sign_in(alliance.ada, "kim@example.com", "another horse 8").id == kim.id


def test_a_link_ends_after_thirty_minutes_and_when_a_newer_one_is_made(alliance: Alliance) -> None:
    accounts.member(alliance.ada, contact="kim@example.com")
    old, new = link(alliance.ada, "kim@example.com"), link(alliance.ada, "kim@example.com")
    with use(alliance.ada):
        assert not service.reset_is_good(alliance.ada, old.token, now=clock.now())
        assert service.reset_is_good(alliance.ada, new.token, now=clock.now())
        late = clock.now() + timedelta(minutes=31)
        for token in (old.token, new.token, "nonsense"):
            with pytest.raises(ResetRefused):
                service.reset(alliance.ada, token, "another horse 8", now=late)
        session.rollback()
    assert sign_in(alliance.ada, "kim@example.com")


def test_a_weak_new_password_changes_nothing_and_leaves_the_link(alliance: Alliance) -> None:
    accounts.member(alliance.ada, contact="kim@example.com")
    made = link(alliance.ada, "kim@example.com")
    with use(alliance.ada), pytest.raises(WeakPassword):
        service.reset(alliance.ada, made.token, "12345678", now=clock.now())
    with use(alliance.ada):
        assert service.reset_is_good(alliance.ada, made.token, now=clock.now())


def test_no_link_for_unknown_phone_only_or_frozen_members(alliance: Alliance) -> None:
    accounts.member(alliance.ada, contact="13800138000")
    ice = accounts.member(alliance.ada, contact="ice@example.com")
    with use(alliance.ada):
        service.freeze(alliance.ada, ice.id, actor=OWNER, now=clock.now())
        for address in ("nobody@example.com", "13800138000", "ice@example.com", "'; --"):
            assert service.issue_reset(alliance.ada, address, now=clock.now()) is None
        session.commit()
    assert count(alliance.ada, "member_token") == 0


def test_the_token_itself_is_stored_nowhere(alliance: Alliance) -> None:
    accounts.member(alliance.ada, contact="kim@example.com")
    made = link(alliance.ada, "kim@example.com")
    with use(alliance.ada):
        stored = session.execute(text("SELECT digest FROM member_token")).scalar_one()
    assert made.token not in stored
    assert len(stored) == 64


def test_members_are_listed_searched_and_counted(alliance: Alliance) -> None:
    for name in ("Kim", "Kimberly", "Lee"):
        accounts.member(alliance.ada, contact=f"{name.lower()}@example.com", name=name)
    with use(alliance.ada):
        everyone = queries.page(alliance.ada, size=2)
        assert [m.name for m in everyone.members] == ["Lee", "Kimberly"]
        assert everyone.total == 3
        assert queries.page(alliance.ada, search="KIM").total == 2
        assert queries.page(alliance.ada, search="%").total == 0
        assert queries.page(alliance.ada, state=queries.FROZEN).total == 0
        assert queries.by_id(alliance.ada, ids.uuid7()) is None
