"""The hooks host: what is forged, old or repeated changes nothing; what is right is kept once."""

from __future__ import annotations

import copy
import time
from threading import Thread
from typing import Any

import pytest
from flask import Flask

from kameng.domains.orders import queries
from kameng.domains.orders.rules import OrderState
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tests.support.orders import (
    books_balance,
    paid,
    paying,
    placed,
    relayed,
    secrets_of,
    state_of,
    stocked,
)
from tests.support.payments import Standin
from tests.support.worlds import Alliance


def inbox(event_id: str) -> list[tuple[str, str | None]]:
    """State and reason of what was kept of an event."""
    with shared("relay"):
        rows = session.connection().exec_driver_sql(
            "SELECT state, reason FROM shared.inbox WHERE event_id = %s", (event_id,)
        )
        return [(row[0], row[1]) for row in rows]


def completed(standin: Standin) -> dict[str, Any]:
    """The newest notification of a completed page."""
    return standin.events("checkout.session.completed")[-1]


def test_a_notification_is_answered_before_anything_is_made_of_it(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    bought = paid(alliance.ada, stocked(alliance.hub), standin)
    event = completed(standin)
    assert standin.notify(alliance.hooks, event).status_code == 200
    assert inbox(event["id"]) == [("new", None)]
    assert state_of(alliance.ada, bought.order.number) is OrderState.PAYING
    relayed()
    assert inbox(event["id"]) == [("done", None)]
    assert state_of(alliance.ada, bought.order.number) is OrderState.COMPLETED
    books_balance(alliance.hub)


def test_fifty_copies_at_once_deliver_once(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    sku = stocked(alliance.hub, secrets=60)
    bought = paid(alliance.ada, sku, standin)
    event = completed(standin)
    answers: list[int] = []

    def send() -> None:
        answers.append(standin.notify(alliance.hooks, event).status_code)

    threads = [Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 50
    assert len(inbox(event["id"])) == 1
    relayed(threads=8)
    assert len(secrets_of(alliance.ada, bought.order.id)) == 1
    books_balance(alliance.hub)


def test_different_notifications_of_one_payment_at_once_deliver_once(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    bought = paid(alliance.ada, stocked(alliance.hub), standin)
    event = completed(standin)
    for number in range(20):
        assert standin.notify(alliance.hooks, {**event, "id": f"{event['id']}_{number}"}).json
    relayed(threads=8)
    assert len(secrets_of(alliance.ada, bought.order.id)) == 1
    with use(alliance.ada):
        names = [one.name for one in queries.timeline(alliance.ada, bought.order.number)]
    assert names.count("paid") == names.count("delivered") == 1
    books_balance(alliance.hub)


@pytest.mark.parametrize("trick", ["secret", "body", "old", "future", "scheme", "none", "thin"])
def test_what_stripe_did_not_sign_is_turned_away(
    app: Flask, alliance: Alliance, standin: Standin, trick: str
) -> None:
    bought = paid(alliance.ada, stocked(alliance.hub), standin)
    event = completed(standin)
    body, header = standin.signed(event)
    if trick == "secret":
        other = Standin(standin.base, "", "whsec_other", standin.process)
        body, header = other.signed(event)
    elif trick == "body":
        body = body.replace(b'"paid"', b'"PAID"')
    elif trick == "old":
        body, header = standin.signed(event, at=time.time() - 400)
    elif trick == "future":
        header = header.replace("t=", "t=9")
    elif trick == "scheme":
        header = header.replace("v1=", "v0=")
    elif trick == "none":
        header = ""
    elif trick == "thin":
        body, header = standin.signed({"id": "evt_thin", "object": "v2.core.event"})
    answer = alliance.hooks.post("/stripe", data=body, headers={"Stripe-Signature": header})
    assert answer.status_code == 400
    assert inbox(event["id"]) == []
    relayed()
    assert state_of(alliance.ada, bought.order.number) is OrderState.PAYING


def test_one_of_several_signatures_is_enough_while_a_secret_is_being_changed(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    paid(alliance.ada, stocked(alliance.hub), standin)
    event = completed(standin)
    body, header = standin.signed(event)
    stamp, value = header.split(",v1=")
    both = f"{stamp},v1={'0' * 64},v1={value}"
    answer = alliance.hooks.post("/stripe", data=body, headers={"Stripe-Signature": both})
    assert answer.status_code == 200


def test_a_signed_lie_is_not_believed_because_the_provider_is_asked(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    """Whoever holds the webhook secret can sign; the truth is what the provider answers."""
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    page = paying(ada, order.number)
    key = page.rpartition("/")[2]
    lie = {
        "id": f"evt_{key}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": 1,
        "livemode": False,
        "type": "checkout.session.completed",
        "data": {"object": {**standin.session(page), "payment_status": "paid"}},
    }
    assert standin.notify(alliance.hooks, lie).status_code == 200
    relayed()
    assert state_of(ada, order.number) is OrderState.PAYING
    assert secrets_of(ada, order.id) == []


def test_one_orders_notification_cannot_pay_another(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    sku = stocked(alliance.hub)
    mine = placed(ada, sku)
    page = paying(ada, mine.number)
    bought = paid(ada, sku, standin)
    forged = copy.deepcopy(completed(standin))
    told = standin.session(page)["metadata"]
    forged["id"] += "_x"
    forged["data"]["object"]["metadata"] = told
    forged["data"]["object"]["client_reference_id"] = mine.number
    assert standin.notify(alliance.hooks, forged).status_code == 200
    relayed()
    assert state_of(ada, mine.number) is OrderState.PAYING
    assert state_of(ada, bought.order.number) is OrderState.COMPLETED
    books_balance(alliance.hub)


def test_a_page_we_never_opened_is_quarantined(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    paid(alliance.ada, stocked(alliance.hub), standin)
    event = copy.deepcopy(completed(standin))
    event["id"] += "_foreign"
    event["data"]["object"] |= {"id": "cs_test_foreign", "metadata": {}}
    standin.notify(alliance.hooks, event)
    relayed()
    assert inbox(event["id"]) == [("quarantined", "no payment of ours")]


def test_notifications_may_come_in_any_order(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    ada = alliance.ada
    standin.turn(async_methods=True)
    order = placed(ada, stocked(alliance.hub))
    page = paying(ada, order.number, "alipay")
    standin.pay(page, "alipay")
    standin.ask("POST", f"/_control/settle/{page.rpartition('/')[2]}")
    events = standin.events("checkout.session.")
    assert [one["type"].rpartition(".")[2] for one in events] == [
        "completed",
        "async_payment_succeeded",
    ]
    for event in reversed(events):
        standin.notify(alliance.hooks, event)
        relayed()
        assert state_of(ada, order.number) is OrderState.COMPLETED
    books_balance(alliance.hub)


def test_a_payment_under_way_waits(app: Flask, alliance: Alliance, standin: Standin) -> None:
    ada = alliance.ada
    standin.turn(async_methods=True)
    order = placed(ada, stocked(alliance.hub))
    page = paying(ada, order.number, "alipay")
    standin.pay(page, "alipay")
    standin.notify(alliance.hooks, completed(standin))
    relayed()
    assert state_of(ada, order.number) is OrderState.PAYING
    standin.ask("POST", f"/_control/settle/{page.rpartition('/')[2]}")
    standin.notify(alliance.hooks, standin.events("checkout.session.async")[-1])
    relayed()
    assert state_of(ada, order.number) is OrderState.COMPLETED


def test_a_notification_faster_than_the_answer_to_our_own_request(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    """The page was opened and paid while the answer that names it was still on its way."""
    ada = alliance.ada
    order = placed(ada, stocked(alliance.hub))
    page = paying(ada, order.number)
    with use(ada):
        session.connection().exec_driver_sql(
            "UPDATE shared.payment_attempt SET state = 'submitting', provider_session = NULL,"
            " url = NULL WHERE reference = %s",
            (order.number,),
        )
        session.commit()
    standin.pay(page)
    standin.notify(alliance.hooks, completed(standin))
    relayed()
    assert state_of(ada, order.number) is OrderState.COMPLETED
    books_balance(alliance.hub)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b'{"id": 1}', b"x" * 600_000])
def test_nonsense_is_turned_away(
    app: Flask, alliance: Alliance, standin: Standin, body: bytes
) -> None:
    import hashlib
    import hmac

    stamp = int(time.time())
    mac = hmac.new(standin.webhook_secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    header = f"t={stamp},v1={mac.hexdigest()}"
    answer = alliance.hooks.post("/stripe", data=body, headers={"Stripe-Signature": header})
    assert answer.status_code in (400, 413)


def test_only_posts_to_the_hooks_host_are_heard(app: Flask, alliance: Alliance) -> None:
    assert alliance.hooks.get("/stripe").status_code == 405
    assert alliance.console.post("/stripe", data=b"{}").status_code in (400, 404)


def test_a_suspended_site_still_gets_its_late_payment_delivered(
    app: Flask, alliance: Alliance, standin: Standin
) -> None:
    bought = paid(alliance.ada, stocked(alliance.hub), standin)
    with shared():
        registry.suspend(alliance.ada)
        session.commit()
    standin.notify(alliance.hooks, completed(standin))
    relayed()
    assert state_of(alliance.ada, bought.order.number) is OrderState.COMPLETED
