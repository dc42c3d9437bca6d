"""Staff sign in with two factors, and a frozen account is out at once."""

from __future__ import annotations

import time
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from kameng.domains.accounts import passwords
from kameng.domains.accounts.errors import (
    AccountFrozen,
    BadLogin,
    CodeNeeded,
    CodeRefused,
    LoginTaken,
    SecondFactorOn,
    SignInRefused,
    TooManyAttempts,
    WeakPassword,
)
from kameng.domains.accounts.staff import queries, service
from kameng.domains.accounts.staff.queries import Grant, StaffFacts
from kameng.kit import clock, ids
from tenants.context import shared, use
from tenants.database import session
from tests.support import accounts
from tests.support.accounts import PASSWORD
from tests.support.worlds import Alliance

pytestmark = pytest.mark.usefixtures("tools")


def sign_in(login: str, password: str = PASSWORD, code: str | None = None) -> StaffFacts:
    with shared():
        try:
            return service.sign_in(login, password, code, now=clock.now())
        finally:
            session.commit()


def with_totp(person: StaffFacts) -> pyotp.TOTP:
    """Enrols and confirms a minute ago, so that today's codes are unused."""
    then = clock.now() - timedelta(minutes=2)
    with shared():
        totp = pyotp.TOTP(service.enrol_totp(person.id).secret)
        service.confirm_totp(person.id, totp.at(then), now=then)
        session.commit()
    return totp


def test_staff_sign_in_with_any_case_of_their_login() -> None:
    person = accounts.staff(login=f"Ada.{ids.token(4).replace('-', 'x').replace('_', 'x')}z")
    assert sign_in(person.login.upper()).id == person.id


def test_the_same_account_twice_is_once() -> None:
    number, login = ids.uuid7(), f"twice{ids.uuid7().hex[:8]}"
    made = []
    for _ in range(2):
        with shared():
            made.append(
                service.open_account(
                    login=login, password_hash="x", name="T", staff_id=number, now=clock.now()
                )
            )
            session.commit()
    assert made[0] == made[1]


def test_a_taken_login_is_refused_and_the_first_account_stays() -> None:
    person = accounts.staff()
    with shared(), pytest.raises(LoginTaken):
        service.open_account(
            login=person.login.upper(), password_hash="x", name="Thief", now=clock.now()
        )
    assert sign_in(person.login).name == person.name


def test_a_bad_login_opens_nothing() -> None:
    with shared(), pytest.raises(BadLogin):
        service.open_account(login="<b>", password_hash="x", name="", now=clock.now())
    with shared():
        assert queries.by_login("<b>") is None


def test_unknown_login_and_wrong_password_get_the_same_answer() -> None:
    person = accounts.staff()
    refusals = []
    for login in (person.login, "nobody-has-this"):
        with pytest.raises(SignInRefused) as refusal:
            sign_in(login, "wrong password")
        refusals.append((refusal.value.code, refusal.value.facts))
    assert refusals[0] == refusals[1]


def test_an_unknown_login_costs_a_password_check_too(
    real_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", real_hasher)
    stored = passwords.hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")

    def cost(hash_: str | None) -> float:
        started = time.process_time()
        for _ in range(3):
            passwords.matches(hash_, "wrong password")
        return time.process_time() - started

    assert cost(None) > cost(stored) / 2


def test_guessing_stops_after_ten_failures_for_known_and_unknown_logins() -> None:
    person = accounts.staff()
    for login in (person.login, f"ghost{ids.uuid7().hex[:8]}"):
        for _ in range(10):
            with pytest.raises(SignInRefused):
                sign_in(login, "wrong password")
        with pytest.raises(TooManyAttempts):
            sign_in(login)


def test_the_second_factor_is_asked_only_after_a_right_password() -> None:
    person = accounts.staff()
    totp = with_totp(person)
    with pytest.raises(SignInRefused):
        sign_in(person.login, "wrong password", totp.now())
    with pytest.raises(CodeNeeded) as needed:
        sign_in(person.login)
    assert needed.value.facts["staff_id"] == person.id
    assert sign_in(person.login, code=totp.now()).totp_on


def test_a_code_works_once() -> None:
    person = accounts.staff()
    code = with_totp(person).now()
    sign_in(person.login, code=code)
    with pytest.raises(CodeRefused):
        sign_in(person.login, code=code)


def test_a_code_of_long_ago_is_refused() -> None:
    person = accounts.staff()
    totp = with_totp(person)
    with pytest.raises(CodeRefused):
        sign_in(person.login, code=totp.at(clock.now() - timedelta(minutes=5)))


def test_a_second_factor_in_force_is_not_replaced() -> None:
    person = accounts.staff()
    totp = with_totp(person)
    with shared(), pytest.raises(SecondFactorOn):
        service.enrol_totp(person.id)
    assert sign_in(person.login, code=totp.now()).id == person.id


def test_an_unconfirmed_enrolment_changes_nothing_and_a_reload_shows_the_same() -> None:
    person = accounts.staff()
    with shared():
        begun = service.enrol_totp(person.id)
        session.commit()
    with shared():
        assert service.pending_totp(person.id) == begun
        with pytest.raises(CodeRefused):
            service.confirm_totp(person.id, "000000", now=clock.now())
    assert not sign_in(person.login).totp_on


def test_the_secret_is_stored_sealed() -> None:
    person = accounts.staff()
    with shared():
        secret = service.enrol_totp(person.id).secret
        session.commit()
    with shared():
        query = text("SELECT totp_secret FROM staff WHERE id = :id")
        stored = session.execute(query, {"id": person.id}).scalar_one()
    assert secret.encode() not in bytes(stored)


def test_freezing_holds_at_once_and_ends_every_session() -> None:
    person = accounts.staff()
    with shared():
        service.freeze(person.id)
        session.commit()
    with shared():
        assert queries.current(person.id, person.epoch) is None
    with pytest.raises(AccountFrozen):
        sign_in(person.login)
    with pytest.raises(SignInRefused):
        sign_in(person.login, "wrong password")


def test_an_unfrozen_account_signs_in_but_old_sessions_stay_ended() -> None:
    person = accounts.staff()
    with shared():
        service.freeze(person.id)
        service.unfreeze(person.id)
        session.commit()
    with shared():
        assert queries.current(person.id, person.epoch) is None
    again = sign_in(person.login)
    with shared():
        assert queries.current(person.id, again.epoch) is not None


def test_a_new_password_ends_sessions_and_a_weak_one_changes_nothing() -> None:
    person = accounts.staff()
    with shared(), pytest.raises(WeakPassword):
        service.set_password(person.id, "12345678")
    assert sign_in(person.login).epoch == person.epoch
    with shared():
        service.set_password(person.id, "another horse 8")
        session.commit()
    assert sign_in(person.login, "another horse 8").epoch == person.epoch + 1


def test_grants_say_where_and_as_what(alliance: Alliance) -> None:
    person = accounts.staff(alliance.ada, role="agent")
    with shared():
        service.grant(person.id, alliance.ada.id, "agent", now=clock.now())
        service.grant(person.id, alliance.bo.id, "support", now=clock.now())
        session.commit()
    with shared():
        assert queries.grants_of(person.id) == [
            Grant(alliance.ada.id, "agent"),
            Grant(alliance.bo.id, "support"),
        ]
        assert [(p.id, role) for p, role in queries.staff_of(alliance.ada.id)] == [
            (person.id, "agent")
        ]
        service.revoke(person.id, alliance.bo.id, "support")
        session.commit()
    with shared():
        assert queries.grants_of(person.id) == [Grant(alliance.ada.id, "agent")]


def test_a_site_cannot_read_staff(alliance: Alliance) -> None:
    with use(alliance.ada), pytest.raises(Exception, match="permission denied"):
        session.execute(text("SELECT * FROM shared.staff"))
