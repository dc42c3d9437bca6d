"""The log of a site: found by who, what, when and which thing; read without codes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from kameng.domains.pricing.markups.rules import Audience, Method, Rounding, Way
from kameng.domains.pricing.markuptemplates import service as templates
from kameng.domains.pricing.markuptemplates.rules import Line
from kameng.domains.terms import service as terms
from kameng.faces.console import auditkinds, auditwords
from kameng.kit import audit, clock
from kameng.kit.audit import SYSTEM, Actor
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop
from tests.support.desk import Desk
from tests.support.worlds import Alliance, Builder

LONG_AGO = timedelta(days=40)


@pytest.fixture(scope="module")
def hub(app, builder: Builder) -> Desk:
    """A site whose log has a few lines, one of them old."""
    builder.app = app
    made = builder.alliance()
    mei = Actor("staff", "1", "阿梅", "203.0.113.7")
    li = Actor("staff", "2", "老李", "198.51.100.20")
    wrote(made, li, "deposit", "ada", {"amount": "100.00"}, ago=LONG_AGO)
    wrote(made, mei, "price_rule.set", "sku 42", {"value": "9.90"})
    wrote(made, li, "secret.revealed", "card 100%_sure", None)
    wrote(made, mei, "staff.role", "lin", {"role": "finance"}, before={"role": "support"})
    return desk.at(made, made.hub)


def wrote(
    made: Alliance, who: Actor, act: str, about: str, after, *, before=None, ago=None
) -> None:
    with time_machine.travel(clock.now() - (ago or timedelta()), tick=False), use(made.hub):
        audit.record(made.hub, who, act, about, before=before, after=after)
        session.commit()


def acts(page: str) -> set[str]:
    """Which of the acts written above a page lists."""
    listed = page[page.index('id="list"') :]
    named = {code: str(auditwords.act(code)) for code in ("deposit", "price_rule.set")}
    named |= {code: str(auditwords.act(code)) for code in ("secret.revealed", "staff.role")}
    return {code for code, words in named.items() if words in listed}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"deposit", "price_rule.set", "secret.revealed", "staff.role"}),
        ({"who": "阿梅"}, {"price_rule.set", "staff.role"}),
        ({"who": "198.51.100"}, {"deposit", "secret.revealed"}),
        ({"what": "people"}, {"staff.role"}),
        ({"what": "money"}, {"deposit"}),
        ({"what": "prices", "who": "老李"}, set()),
        ({"what": "rubbish", "from": "tomorrow", "to": "9999"}, {"deposit", "price_rule.set"}),
        ({"about": "sku 42"}, {"price_rule.set"}),
        ({"about": "100%_s"}, {"secret.revealed"}),
        ({"about": "100__s"}, set()),
        ({"q": "203.0.113.7", "what": "prices"}, {"price_rule.set"}),
    ],
)
def test_the_log_is_searched(hub: Desk, query: dict[str, str], found: set[str]) -> None:
    with hub.client.application.test_request_context():
        seen = acts(hub.text("audit", **query))
    assert found <= seen if query.get("what") == "rubbish" else seen == found


def test_days_of_the_shops_clock_bound_the_search(hub: Desk) -> None:
    from kameng.faces.frame.money import SHOP_TIME

    today = clock.now().astimezone(SHOP_TIME).date()
    old = today - LONG_AGO
    with hub.client.application.test_request_context():
        assert acts(hub.text("audit", to=str(old))) == {"deposit"}
        assert acts(hub.text("audit", **{"from": str(old), "to": str(old)})) == {"deposit"}
        assert "deposit" not in acts(hub.text("audit", **{"from": str(today)}))


def test_a_line_says_before_and_after_who_and_from_where(hub: Desk) -> None:
    page = hub.text("audit", what="people")
    for word in ("阿梅", "203.0.113.7", "<s>客服</s> → 财务"):
        assert word in page


def test_of_permissions_only_what_was_given_and_taken_is_named(app) -> None:
    before = {"permissions": ["orders.view", "orders.refund"]}
    after = {"permissions": ["orders.view", "members.view"]}
    with app.test_request_context(headers={"Accept-Language": "en"}):
        [(_name, taken, given)] = auditwords.change(before, after)
    assert "Refund" in taken or "退款" in taken
    assert "members" in given or "会员" in given


def test_every_act_with_a_name_belongs_to_a_kind() -> None:
    begins = tuple(one for _label, ones in auditkinds.KINDS.values() for one in ones)
    assert [act for act in auditwords.ACTS if not act.startswith(begins)] == []


def test_no_line_about_prices_is_told_in_codes(alliance: Alliance, app) -> None:
    """A template with its level, a price of one SKU, new goods: in words a shopkeeper knows."""
    made, here = shop.furnish(alliance), desk.at(alliance, alliance.hub)
    with use(alliance.hub) as hub:
        level = terms.add_level(hub, "钻石", 3, actor=SYSTEM, now=clock.now())
        lines = [
            Line(Audience.RETAIL, None, Method.MARGIN, 200_000, Rounding.X9, Way.UP),
            Line(Audience.CHILD, level.id, Method.PERCENT, 200_000),
        ]
        templates.make(hub, "会员类", lines, actor=SYSTEM, now=clock.now())
        session.commit()
    place = {f"price.{made.sku.sku_id}": "9.8"}
    assert here.post("prices/skus", **place).status_code == 303
    page = here.text("audit")
    listed = page[page.index('id="list"') :]
    assert made.sku.product_name in listed
    assert "尾数 .9" in listed
    for code in ("percent", "margin", "x9", "child", "category_id", "max_quantity", str(level.id)):
        assert code not in listed
