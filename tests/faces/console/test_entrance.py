"""Coming in: passwords, the second factor, and sessions that end when they should."""

from datetime import timedelta

import pyotp
import pytest

from kameng.config import use_settings
from kameng.domains.accounts.staff import service as staff
from kameng.kit import clock
from tenants.context import shared
from tenants.database import session
from tests.support import accounts, desk


def enrolled(person):
    """Switch the second factor on; returns the authenticator."""
    with shared():
        secret = staff.enrol_totp(person.id).secret
        totp = pyotp.TOTP(secret)
        staff.confirm_totp(person.id, totp.at(clock.now() - timedelta(seconds=30)), now=clock.now())
        session.commit()
    return totp


def test_first_sign_in_leads_to_the_enrolment_of_the_second_factor(alliance, app):
    person = accounts.staff(alliance.hub, role="operator")
    client = alliance.console
    answer = desk.sign_in(client, person.login)
    assert answer.status_code == 303
    assert answer.location.startswith("/totp")
    page = client.get(answer.location).get_data(as_text=True)
    assert "/totp/qr.svg" in page
    picture = client.get("/totp/qr.svg")
    assert picture.content_type.startswith("image/svg+xml")


def test_wrong_password_keeps_the_account_typed_and_says_nothing_more(alliance, app):
    person = accounts.staff(alliance.hub, role="operator")
    known = desk.post(alliance.console, "/sign-in", login=person.login, password="wrong one here")
    unknown = desk.post(alliance.console, "/sign-in", login="nobody-here", password="wrong one")
    assert known.status_code == unknown.status_code == 403
    assert "账号或密码错误" in known.get_data(as_text=True)
    assert f'value="{person.login}"' in known.get_data(as_text=True)
    assert "账号或密码错误" in unknown.get_data(as_text=True)


def test_with_a_second_factor_the_password_alone_opens_nothing(alliance, app):
    person = accounts.staff(alliance.hub, role="operator")
    totp = enrolled(person)
    client = alliance.console
    answer = desk.sign_in(client, person.login)
    assert answer.location.startswith("/sign-in/code")
    assert client.get(f"/s/{alliance.hub.slug}/orders").status_code == 303
    wrong = desk.post(client, "/sign-in/code", code="000000")
    assert wrong.status_code == 403
    right = desk.post(client, "/sign-in/code", code=totp.at(clock.now()))
    assert right.status_code == 303
    assert client.get(f"/s/{alliance.hub.slug}/orders").status_code == 200


def test_an_operator_in_production_works_only_with_a_second_factor(alliance, app, settings):
    import dataclasses

    here = desk.at(alliance, alliance.hub)
    use_settings(dataclasses.replace(settings, env="production"))
    try:
        answer = here.get("orders")
    finally:
        use_settings(settings)
    assert answer.status_code == 303
    assert answer.location.startswith("/totp")


def test_a_frozen_person_is_out_at_the_next_page(alliance, app):
    here = desk.at(alliance, alliance.hub)
    assert here.get("orders").status_code == 200
    with shared():
        staff.freeze(here.person.id)
        session.commit()
    assert here.get("orders").status_code == 303


def test_signing_out_ends_the_session(alliance, app):
    here = desk.at(alliance, alliance.hub)
    desk.post(here.client, "/sign-out")
    assert here.get("orders").status_code == 303


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_sign_in_never_leads_to_another_host(alliance, app, next_):
    person = accounts.staff(alliance.hub, role="operator")
    answer = desk.post(
        alliance.console, "/sign-in", login=person.login, password=accounts.PASSWORD, next=next_
    )
    assert "evil" not in answer.location


def test_a_post_without_its_token_changes_nothing(alliance, app):
    here = desk.at(alliance, alliance.hub)
    answer = here.client.post(here.path("packages/levels"), data={"name": "金牌", "rank": "1"})
    assert answer.status_code == 400
    assert "金牌" not in here.text("packages")
