"""What the provider tells of payees' accounts and of transfers: believed only after asking."""

from __future__ import annotations

import pytest
from flask import Flask

from kameng.domains.payments.errors import NoticeForged
from kameng.domains.payments.gateways import stripe
from kameng.domains.withdrawals import queries
from kameng.domains.withdrawals.rules import State
from kameng.domains.withdrawals.transfers import service
from kameng.kit import calls, clock
from tenants.context import use
from tenants.database import session
from tests.support import payouts
from tests.support.ledger import TESTER
from tests.support.orders import relayed
from tests.support.payments import Standin
from tests.support.withdrawals import earn
from tests.support.worlds import Alliance


def told(alliance: Alliance, standin: Standin, kind: str, **lies: object) -> None:
    """The newest notification of a kind comes in, as it is or forged in its object."""
    event = standin.events(kind)[-1]
    event["data"]["object"] |= lies
    assert standin.notify(alliance.hooks, event).status_code == 200
    relayed()


def test_an_account_is_asked_about_and_a_transfer_that_came_back_is_booked(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    standin.turn(balance=100_000, onboarding="pending")
    payouts.on(alliance.hub)
    payouts.verified(ada)
    made = payouts.begun(ada)
    payouts.filled_in(standin, made)
    told(alliance, standin, "account.updated", payouts_enabled=True)
    assert not payouts.account(ada, made).stands, "the event is only a hint"
    standin.ask("POST", f"/_control/connected/{made.provider_account}/active")
    told(alliance, standin, "account.updated")
    to = payouts.account(ada, made)
    assert to.stands
    with use(ada):
        earn(ada, "200")
        session.commit()
    asked = payouts.approved(ada, to, "100")
    with use(ada):
        sent = calls.run(service.begin(ada, asked.id, actor=TESTER, now=clock.now()))
        session.commit()
    told(alliance, standin, "transfer.created", amount_reversed=10_000, reversed=True)
    assert state(alliance, asked.id) is State.PAID
    standin.ask("POST", f"/_control/reverse/{sent.provider_transfer}")
    told(alliance, standin, "transfer.reversed")
    assert state(alliance, asked.id) is State.RETURNED


def state(alliance: Alliance, withdrawal_id) -> State:  # type: ignore[no-untyped-def]
    with use(alliance.ada) as ada:
        found = queries.one(ada, withdrawal_id)
        assert found
        return found.state


def test_one_of_several_secrets_is_enough_and_none_is_never(standin: Standin) -> None:
    key, base = standin.secret_key, standin.base
    payouts_event = {"id": "evt_1", "type": "account.updated", "data": {"object": {"id": "acct_1"}}}
    raw, header = standin.signed(payouts_event)
    several = stripe.with_keys(key, f"whsec_other {standin.webhook_secret}", base)
    assert several.verify(raw, header).payee == "acct_1"
    for secrets in ("whsec_other whsec_more", ""):
        with pytest.raises(NoticeForged):
            stripe.with_keys(key, secrets, base).verify(raw, header)
