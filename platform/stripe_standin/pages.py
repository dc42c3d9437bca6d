"""The hosted payment page, in Chinese, as a shopper would meet it; it says that it is a test."""

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Reply

from . import connected
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


@pages.get("/connect/<token>")
def onboard(token: str) -> Reply | str:
    """Where the owner of an account tells who he is; a used link leads back for another one."""
    try:
        link, good = connected.opened(bank(), token)
    except ApiError:
        abort(404)
    if not good:
        return redirect(link["refresh_url"], 303)
    return _onboarding(connected.account(bank(), link["account"]))


@pages.post("/connect/<token>")
def onboarded(token: str) -> Reply:
    """He has told, or goes away for now."""
    link, _good = connected.opened(bank(), token)
    if request.form.get("action") == "submit":
        last, first = request.form.get("last", ""), request.form.get("first", "")
        connected.fill_in(bank(), link["account"], last=last.strip(), first=first.strip())
    return redirect(link["return_url"], 303)


def _onboarding(account: Body) -> str:
    told = account["individual"] or {}
    company = account["company"] or {}
    return render_template(
        "connect.html",
        account=account,
        is_company=account["business_type"] == "company",
        last=told.get("last_name") or company.get("name", ""),
        first=told.get("first_name", ""),
    )


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
