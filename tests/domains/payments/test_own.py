"""A site's own keys: only with leave and a verified payee, only when they work, never shown."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from kameng.domains.payees import service as payees
from kameng.domains.payees.errors import PayeeNotVerified
from kameng.domains.payments.gateways import stripe
from kameng.domains.payments.own import queries, service
from kameng.domains.payments.own.errors import (
    BadOwnKeys,
    KeysOfTheMaster,
    KeysRefused,
    MasterCollects,
    NoOwnKeys,
    OwnChannelNotAllowed,
)
from kameng.domains.payments.own.rules import Keys, OwnChannel
from kameng.kit import calls, clock
from kameng.kit.audit import SYSTEM
from stripe_standin.sender import signature
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.orders import paid, stocked
from tests.support.own import KEYS, connected, permitted
from tests.support.payees import PAPERS
from tests.support.payments import Standin
from tests.support.worlds import Alliance


def connect(site: Tenant, keys: Keys) -> OwnChannel:
    with use(site):
        made = calls.run(service.connect(site, keys, actor=SYSTEM))
        session.commit()
    return made


def stored(site: Tenant) -> OwnChannel | None:
    with use(site):
        return queries.of(site)


def test_keys_that_work_are_stored_sealed_and_serve_their_site_alone(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    ada, bo = alliance.ada, alliance.bo
    made = connected(ada, standin)
    assert (made.hint, made.is_on, made.live) == ("…_ada", False, False)
    with use(ada):
        row = session.connection().exec_driver_sql(
            "SELECT secret_sealed, hook_sealed FROM shared.own_channel"
        )
        sealed = [bytes(one) for one in row.one()]
        assert not any(word in one for one in sealed for word in (b"sk_test", b"whsec"))
        assert queries.gateway(ada, "stripe", ada.id).account() == made.account
        assert queries.gateway(ada, "stripe", ada.root_id).account() != made.account
    with use(bo):
        assert session.connection().exec_driver_sql("SELECT * FROM shared.own_channel").all() == []
    with shared():
        assert ada.id in queries.sites()


def test_without_leave_or_payee_nothing_is_asked_and_nothing_stored(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    ada, now = alliance.ada, clock.now()
    with pytest.raises(OwnChannelNotAllowed):
        connect(ada, KEYS)
    with use(ada):
        service.allow(ada, allowed=True, actor=SYSTEM, now=now)
        payees.send(ada, PAPERS, actor=SYSTEM, now=now)
        session.commit()
    with pytest.raises(PayeeNotVerified):
        connect(ada, KEYS)
    with pytest.raises(MasterCollects):
        connect(alliance.hub, KEYS)
    assert stored(ada) is None
    with use(ada), pytest.raises(PayeeNotVerified):
        service.switch(ada, on=True, actor=SYSTEM, now=now)


@pytest.mark.parametrize(
    ("secret", "hook", "refusal"),
    [
        ("", "whsec_123456", BadOwnKeys),
        ("pk_test_123456", "whsec_123456", BadOwnKeys),
        ("sk_test_123456", "123456", BadOwnKeys),
        ("sk_test_\n12 3456", "whsec_123456", BadOwnKeys),
        ("sk_test_" + "x" * 500, "whsec_123456", BadOwnKeys),
        ("sk_test_nobody_has_it", "whsec_123456", KeysRefused),
    ],
)
def test_keys_that_are_none_are_refused_and_those_before_stay(
    app: Flask, alliance: Alliance, standin: Standin, secret: str, hook: str, refusal: Any
) -> None:
    before = connected(alliance.ada, standin)
    with pytest.raises(refusal):
        connect(alliance.ada, Keys(secret, hook))
    assert stored(alliance.ada) == before


def test_the_masters_own_keys_are_refused(app: Flask, alliance: Alliance, standin: Standin) -> None:
    permitted(alliance.ada)
    with pytest.raises(KeysOfTheMaster):
        connect(alliance.ada, Keys(standin.secret_key, "whsec_123456"))
    with use(alliance.ada), pytest.raises(NoOwnKeys):
        service.switch(alliance.ada, on=True, actor=SYSTEM, now=clock.now())


def test_it_is_off_at_once_when_the_leave_is_taken_back(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    ada, now = alliance.ada, clock.now()
    connected(ada, standin)
    with use(ada):
        assert not queries.collects(ada)
        service.switch(ada, on=True, actor=SYSTEM, now=now)
        assert queries.collects(ada)
        service.allow(ada, allowed=False, actor=SYSTEM, now=now)
        assert not queries.collects(ada)


def test_the_address_of_a_site_takes_what_its_own_secret_signed_and_nothing_else(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    """The master's secret opens no site's address; nor does a site's account speak of payments
    that went to the master."""
    ada = alliance.ada
    connected(ada, standin)
    paid(ada, stocked(alliance.hub), standin)
    event = standin.events("checkout.session.completed")[-1]
    body, masters = standin.signed(event)
    own = signature(KEYS.hook, body.decode(), int(clock.now().timestamp()))

    def post(slug: str, header: str) -> int:
        headers = {"Stripe-Signature": header, "Content-Type": "application/json"}
        return alliance.hooks.post(f"/stripe/site/{slug}", data=body, headers=headers).status_code

    assert post(ada.slug, masters) == 400
    assert post(alliance.bo.slug, own) == post("nobody", own) == 400
    assert post(ada.slug, own) == 200
    from tests.support.orders import relayed

    relayed()
    with shared("relay"):
        row = session.connection().exec_driver_sql(
            "SELECT provider, state, reason FROM shared.inbox WHERE event_id = %s", (event["id"],)
        )
        assert row.all() == [(f"stripe:{ada.id}", "quarantined", "no payment of ours")]
    assert json.loads(body)["id"] == event["id"]


def test_an_account_filled_by_its_owner_keeps_the_clock_for_so_many_pages_only(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He can open pages without end there; whatever the clock does for others waits meanwhile."""

    def without_end(_: object) -> object:
        return SimpleNamespace(auto_paging_iter=lambda: iter(range(queries.LONGEST_LIST * 2)))

    there = SimpleNamespace(list=without_end)
    v1 = SimpleNamespace(checkout=SimpleNamespace(sessions=there), refunds=there, disputes=there)
    gateway = queries.to(KEYS)
    monkeypatch.setattr(gateway, "client", SimpleNamespace(v1=v1))
    for name in ("_session", "_refund", "_dispute"):
        monkeypatch.setattr(stripe, name, lambda _: SimpleNamespace(paid=True))
    now = clock.now()
    for ask in (gateway.paid_since, gateway.refunds_since, gateway.disputes_since):
        assert len(list(ask(now))) == queries.LONGEST_LIST
