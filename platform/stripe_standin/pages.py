"""The hosted payment page, in Chinese, as a shopper would meet it; it says that it is a test."""

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Reply

from .api import bank
from .errors import ApiError
from .store import Body

pages = Blueprint("pages", __name__)

LABELS = {"card": "银行卡", "alipay": "支付宝", "wechat_pay": "微信支付"}
STATES = {
    "complete": "这笔订单已经支付，无需重复付款。",
    "expired": "付款时间已过，此页面已失效。请回到商店重新下单。",
}


@pages.get("/healthz")
def healthz() -> Response:
    """Alive."""
    return Response("ok", mimetype="text/plain")


@pages.get("/favicon.ico")
def favicon() -> tuple[str, int]:
    """None, and said so: a missing icon is noise in a browser's console."""
    return "", 204


@pages.get("/pay/<key>")
def show(key: str) -> str:
    """The page with the buttons."""
    return _page(_session(key))


@pages.post("/pay/<key>")
def press(key: str) -> Reply | str:
    """Paid, failed or turned back."""
    session = _session(key)
    method, action = request.form.get("method", ""), request.form.get("action", "")
    if action == "cancel":
        return redirect(session["cancel_url"] or session["success_url"], 303)
    if method not in session["payment_method_types"]:
        return _page(session, problem="请选择一种付款方式。")
    if action == "fail":
        bank().pay(key, method, fail=True)
        return _page(session, problem="付款失败：银行拒绝了这笔交易。没有扣款，可以再试一次。")
    paid = bank().pay(key, method)
    return redirect(paid["success_url"].replace("{CHECKOUT_SESSION_ID}", key), 303)


def _session(key: str) -> Body:
    try:
        return bank().session(key)
    except ApiError:
        abort(404)


def _page(session: Body, problem: str = "") -> str:
    return render_template(
        "pay.html",
        session=session,
        amount=f"{session['amount_total'] / 100:.2f}",
        methods=[(one, LABELS[one]) for one in session["payment_method_types"]],
        closed=STATES.get(session["status"], ""),
        problem=problem,
    )
