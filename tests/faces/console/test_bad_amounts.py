"""Every box for money or a share at the console: what is no such thing is refused by name, stays in
the box and moves nothing; full-width digits are digits."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from kameng.kit import ids
from tests.domains.orders.test_aftersale import bought
from tests.support import accounts, desk, shop, terms, topups
from tests.support.desk import Desk
from tests.support.orders import stocked
from tests.support.payments import Standin, standin
from tests.support.still import nothing_moves, rows
from tests.support.withdrawals import rich
from tests.support.worlds import Alliance, Builder

__all__ = ["standin"]

NO_NUMBER = ("NaN", "1e400", "9" * 30, "１．２３４５６７８", "=1+1")
BELOW_ZERO = ("－1",)
MISSING = (" ",)
NOTHING = ("０.００",)


@dataclass(frozen=True)
class Box:
    """A box of a form: where it is posted, with what, and what else it does not take."""

    page: str
    fields: dict[str, Any]
    name: str
    also: tuple[str, ...] = ()
    who: str = "hub"
    good: str = ""


POLICY = {
    "form": "policy",
    "open": "y",
    "minimum": "100",
    "daily": "",
    "fee_flat": "2",
    "fee_share": "1",
    "days": "3",
    "methods": ["bank", "qr"],
}
MEMBERS = {
    "form": "member",
    "member-is_open": "y",
    "member-minimum": "2",
    "member-maximum": "300",
    "member-choices": "10",
}
PACKAGE = {"form": "package", "name": "新套餐", "fee": "9", "fee_year": "99", "level_id": ""}
PACKAGE |= {"grace_days": "3", "position": "9", "on_sale": "y"}
SHARES = {"form": "settings", "is_on": "y", "first": "5", "second": "2", "days": "20"}
FEE = {"form": "fee", "percent": "1", "flat": "1"}
CYCLE = {"form": "cycle", "settle": "weekly", "delay": "3", "fee": "0"}

BOXES = {
    "withdrawal": Box(
        "withdrawals",
        {"form": "ask"},
        "amount",
        (*NOTHING, *MISSING, "9.99"),
        "ada",
        good="１００．５０",
    ),
    "earnings to balance": Box(
        "withdrawals/turning",
        {"form": "turn"},
        "amount",
        (*NOTHING, *MISSING, "1000.01"),
        "ada",
        good="￥１０．５",
    ),
    "least withdrawal": Box(
        "payouts/rules", POLICY, "minimum", (*NOTHING, *MISSING), good="１００"
    ),
    "withdrawals in a day": Box("payouts/rules", POLICY, "daily", NOTHING, good="９，０００"),
    "withdrawal fee": Box("payouts/rules", POLICY, "fee_flat", MISSING, good="１．５"),
    "withdrawal share": Box(
        "payouts/rules", POLICY, "fee_share", (*MISSING, "100.1"), good="１．５％"
    ),
    "top-up": Box(
        "balance/top-ups",
        {"form": "pay", "choice": ""},
        "amount",
        (*NOTHING, *MISSING),
        "ada",
        good="５０",
    ),
    "balance alarm": Box(
        "balance/alarm", {"form": "alarm"}, "below", (*NOTHING, "1.005"), "ada", good="１００"
    ),
    "least top-up": Box(
        "top-ups/policy/members", MEMBERS, "member-minimum", (*NOTHING, *MISSING), good="２．５"
    ),
    "most of a top-up": Box(
        "top-ups/policy/members", MEMBERS, "member-maximum", (*NOTHING, *MISSING), good="２００"
    ),
    "amounts offered": Box(
        "top-ups/policy/members", MEMBERS, "member-choices", NOTHING, good="１０、２０"
    ),
    "top-up given back": Box(
        "top-ups/{topup}/refunds",
        {"form": "refund", "reason": "x"},
        "amount",
        (*NOTHING, *MISSING, "50.01", "1.005"),
        good="１０．５",
    ),
    "refund": Box(
        "orders/{ada}/{order}/return",
        {"reason": "x", "seen": "0-0"},
        "money-1",
        (*NOTHING, *MISSING, "999999", "0.001"),
    ),
    "platform fee": Box(
        "packages/levels/{level}/cycle", CYCLE, "fee", (*MISSING, "50.1"), good="２．５％"
    ),
    "commission": Box(
        "promotion/settings", SHARES, "first", (*MISSING, "50.1"), "ada", good="５．５％"
    ),
    "commission, second level": Box(
        "promotion/settings", SHARES, "second", (*MISSING, "51"), "ada", good="１"
    ),
    "channel fee, share": Box("channel-fees", FEE, "percent", (*MISSING, "20.1"), good="２．９％"),
    "channel fee": Box("channel-fees", FEE, "flat", (*MISSING, "100.01"), good="０．３０"),
    "package fee, month": Box(
        "packages/new", PACKAGE, "fee", ("1.001", "1000001"), good="２９．９"
    ),
    "package fee, year": Box(
        "packages/new", PACKAGE, "fee_year", ("1.001", "1000001"), good="２９９"
    ),
    "deposit": Box(
        "sites/{ada}/deposits", {"form": "deposit"}, "amount", (*NOTHING, *MISSING), good="１００"
    ),
    "member's credit": Box(
        "members/{kim}/credits",
        {"form": "credit", "note": "x"},
        "amount",
        (*NOTHING, *MISSING),
        "ada",
        good="１０．５０",
    ),
}


@dataclass(frozen=True)
class Place:
    """Who works where, and the ids the pages are about."""

    made: Alliance
    desks: dict[str, Desk]
    tokens: dict[str, str]
    ids: dict[str, str]

    def post(self, box: Box, typed: str) -> Any:
        """What the page says to this in its box."""
        one, given = self.desks[box.who], {"account": self.ids["account"], "once": ids.uuid7()}
        given |= {"csrf_token": self.tokens[box.who], **box.fields, box.name: typed}
        return one.client.post(one.path(box.page.format(**self.ids)), data=given)


@pytest.fixture(scope="module")
def place(app: Flask, builder: Builder) -> Place:
    builder.app = app
    made = builder.alliance()
    shop.decorate(made.hub)
    account = rich(made.ada, "1000")
    order = bought(made.ada, (stocked(made.hub), 2))
    found = {
        "ada": made.ada.id,
        "account": account.id,
        "order": order.number,
        "level": terms.level(made.hub, "银牌").id,
        "kim": accounts.member(made.ada).id,
    }
    desks = {"hub": desk.at(made, made.hub), "ada": desk.at(made, made.ada, role="agent")}
    tokens = {name: desk.token(one.client) for name, one in desks.items()}
    return Place(made, desks, tokens, {name: str(one) for name, one in found.items()})


@pytest.fixture(scope="module")
def paid_in(place: Place) -> Callable[[Standin], None]:
    """A top-up of fifty that has arrived, made at the first asking."""

    def made(standin: Standin) -> None:
        if "topup" not in place.ids:
            place.ids["topup"] = str(topups.paid(place.made.ada, "50", standin).id)

    return made


@pytest.mark.parametrize("what", BOXES)
def test_what_is_no_amount_is_refused_kept_and_moves_nothing(
    place: Place, paid_in: Callable[[Standin], None], standin: Standin, owner: Engine, what: str
) -> None:
    box = BOXES[what]
    paid_in(standin)
    taken = []
    with nothing_moves(owner, (place.made.hub, place.made.ada)):
        for typed in (*NO_NUMBER, *BELOW_ZERO, *box.also):
            answer = place.post(box, typed)
            kept = html.escape(typed.strip(), quote=True) in answer.get_data(as_text=True)
            if (answer.status_code, kept) != (422, True):
                taken.append((typed, answer.status_code, kept))
    assert taken == []


@pytest.mark.parametrize("what", [name for name, box in BOXES.items() if box.good])
def test_full_width_digits_are_digits(
    place: Place, paid_in: Callable[[Standin], None], standin: Standin, owner: Engine, what: str
) -> None:
    sites = (place.made.hub, place.made.ada)
    paid_in(standin)
    before = rows(owner, sites)
    answer = place.post(BOXES[what], BOXES[what].good)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    assert rows(owner, sites) != before
