"""The stand-in refuses what Stripe refuses and remembers what Stripe remembers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from stripe_standin.app import create_app
from stripe_standin.forms import nested
from stripe_standin.sender import signature
from stripe_standin.settings import Settings


def form(**changes: str) -> dict[str, str]:
    return {
        "mode": "payment",
        "success_url": "http://shop.test/ok?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.test/no",
        "expires_at": str(int(time.time()) + 1900),
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "cny",
        "line_items[0][price_data][unit_amount]": "990",
        "line_items[0][price_data][product_data][name]": "<b>视频会员</b>",
        "payment_method_types[0]": "card",
        "payment_method_types[1]": "alipay",
        "metadata[order]": "N-1",
        **changes,
    }


def opened(standin: FlaskClient, key: str = "", **changes: str) -> TestResponse:
    headers = {"Idempotency-Key": key} if key else {}
    return standin.post("/v1/checkout/sessions", data=form(**changes), headers=headers)


def paid(standin: FlaskClient) -> dict[str, Any]:
    session = opened(standin).json
    assert session
    standin.post(f"/_control/pay/{session['id']}")
    return standin.get(f"/v1/checkout/sessions/{session['id']}").json or {}


def test_a_bracketed_form_becomes_a_tree() -> None:
    assert nested([("a[0][b]", "1"), ("a[1][b]", "2"), ("c[d][e]", "3"), ("f", "4")]) == {
        "a": [{"b": "1"}, {"b": "2"}],
        "c": {"d": {"e": "3"}},
        "f": "4",
    }


def test_a_wrong_key_is_turned_away(standin: FlaskClient) -> None:
    answer = standin.get("/v1/refunds", headers={"Authorization": "Bearer sk_test_2"})
    assert answer.status_code == 401


def test_the_same_key_replays_and_other_parameters_are_an_error(standin: FlaskClient) -> None:
    expires = str(int(time.time()) + 1900)
    first = opened(standin, "k", expires_at=expires)
    again = opened(standin, "k", expires_at=expires)
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    other = opened(standin, "k", expires_at=expires, cancel_url="http://elsewhere.test")
    assert other.status_code == 400
    assert other.json is not None
    assert other.json["error"]["type"] == "idempotency_error"


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": str(int(time.time()) + 60)},
        {"expires_at": str(int(time.time()) + 90_000)},
        {"mode": "subscription"},
        {"line_items[0][price_data][unit_amount]": "0"},
        {"line_items[0][price_data][unit_amount]": "9.9"},
        {"payment_method_types[1]": "wechat_pay"},
        {"payment_method_types[1]": "cash"},
        {"success_url": ""},
    ],
)
def test_what_stripe_refuses_is_refused(standin: FlaskClient, change: dict[str, str]) -> None:
    assert opened(standin, **change).status_code == 400


def test_paying_makes_a_payment_and_can_happen_once(standin: FlaskClient) -> None:
    session = paid(standin)
    assert (session["status"], session["payment_status"]) == ("complete", "paid")
    intent = standin.get(f"/v1/payment_intents/{session['payment_intent']}").json
    assert intent is not None
    assert intent["amount_received"] == 990
    standin.post(f"/_control/pay/{session['id']}")
    again = standin.get(f"/v1/checkout/sessions/{session['id']}").json
    assert again == session


def test_what_was_kept_is_told_once_and_only_where_it_is_asked_for(standin: FlaskClient) -> None:
    session = paid(standin)
    page = f"/v1/checkout/sessions/{session['id']}"
    expand = {"expand[0]": "payment_intent.latest_charge.balance_transaction"}

    def kept() -> Any:
        found = standin.get(page, query_string=expand).json or {}
        return found["payment_intent"]["latest_charge"]["balance_transaction"]

    assert kept() is None
    standin.post("/_control", json={"fee_percent": 3.4, "fee_flat": 235})
    told = kept()
    fee = round(session["amount_total"] * 0.034) + 235
    assert (told["fee"], told["net"]) == (fee, session["amount_total"] - fee)
    standin.post("/_control", json={"fee_percent": 9})
    assert kept() == told
    assert (standin.get(page).json or {})["payment_intent"] == session["payment_intent"]
    [available] = (standin.get("/v1/balance").json or {})["available"]
    assert available["amount"] == session["amount_total"] - fee
    unpaid = opened(standin).json or {}
    page = f"/v1/checkout/sessions/{unpaid['id']}"
    assert (standin.get(page, query_string=expand).json or {})["payment_intent"] is None


def test_a_complete_session_cannot_be_expired(standin: FlaskClient) -> None:
    session = paid(standin)
    assert standin.post(f"/v1/checkout/sessions/{session['id']}/expire").status_code == 400


def test_no_more_goes_back_than_came_in(standin: FlaskClient) -> None:
    intent = paid(standin)["payment_intent"]

    def give_back(amount: int) -> int:
        data = {"payment_intent": intent, "amount": str(amount)}
        return standin.post("/v1/refunds", data=data).status_code

    assert give_back(600) == 200
    assert give_back(400) == 400
    assert give_back(390) == 200
    assert give_back(1) == 400


def test_a_failed_refund_can_be_made_again(standin: FlaskClient) -> None:
    standin.post("/_control", json={"refunds": "failed"})
    data = {"payment_intent": paid(standin)["payment_intent"]}
    assert (standin.post("/v1/refunds", data=data).json or {})["status"] == "failed"
    standin.post("/_control", json={"refunds": "succeeded"})
    assert (standin.post("/v1/refunds", data=data).json or {})["status"] == "succeeded"


def test_lists_come_in_pages(standin: FlaskClient) -> None:
    made = [(opened(standin).json or {})["id"] for _ in range(3)]
    first = standin.get("/v1/checkout/sessions?limit=2").json or {}
    assert [one["id"] for one in first["data"]] == made[:0:-1]
    assert first["has_more"]
    rest = standin.get(f"/v1/checkout/sessions?limit=2&starting_after={made[1]}").json or {}
    assert [one["id"] for one in rest["data"]] == made[:1]
    assert not rest["has_more"]


def test_an_answer_that_was_lost_is_replayed(standin: FlaskClient) -> None:
    standin.post("/_control", json={"lost": 1})
    expires = str(int(time.time()) + 1900)
    assert opened(standin, "k2", expires_at=expires).status_code == 500
    again = opened(standin, "k2", expires_at=expires)
    assert again.status_code == 200
    listed = standin.get("/v1/checkout/sessions").json or {}
    assert [one["id"] for one in listed["data"]] == [(again.json or {})["id"]]


def test_the_clock_expires_a_session(standin: FlaskClient) -> None:
    session = opened(standin).json or {}
    standin.post("/_control", json={"clock_offset": 2000})
    found = standin.get(f"/v1/checkout/sessions/{session['id']}").json or {}
    assert (found["status"], found["url"]) == ("expired", None)


def test_the_page_says_it_is_a_test_and_escapes_what_it_shows(standin: FlaskClient) -> None:
    session = opened(standin).json or {}
    page = standin.get(f"/pay/{session['id']}").text
    assert "测试支付环境" in page
    assert "支付宝" in page
    assert "&lt;b&gt;视频会员&lt;/b&gt;" in page


def test_the_buttons_pay_fail_and_turn_back(standin: FlaskClient) -> None:
    session = opened(standin).json or {}
    place = f"/pay/{session['id']}"
    failed = standin.post(place, data={"method": "alipay", "action": "fail"})
    assert "付款失败" in failed.text
    back = standin.post(place, data={"action": "cancel"})
    assert back.location == "http://shop.test/no"
    done = standin.post(place, data={"method": "alipay", "action": "pay"})
    assert done.location == f"http://shop.test/ok?s={session['id']}"
    assert "已经支付" in standin.get(place).text


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    settings = Settings(tmp_path, 0, "sk", "whsec")
    first = create_app(settings)
    session = first.extensions["bank"].open_session(nested(form().items()))
    again = create_app(settings)
    assert again.extensions["bank"].session(session["id"]) == session
    for app in (first, again):
        app.extensions["sender"].stop()
        app.extensions["bank"].store.connection.close()


def test_the_signature_is_stripes() -> None:
    import stripe

    body = '{"id": "evt_1", "object": "event"}'
    header = signature("whsec_1", body, int(time.time()))
    assert stripe.Webhook.construct_event(body, header, "whsec_1").id == "evt_1"
