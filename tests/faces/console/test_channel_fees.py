"""At the console: the master says what its provider keeps; nobody else does."""

from __future__ import annotations

import pytest
from flask import Flask

from kameng.domains.payments.fees import queries
from kameng.domains.payments.fees.rules import ChannelFee
from kameng.kit.money import Money, Percent
from tenants.context import use
from tests.support import desk
from tests.support.desk import Desk
from tests.support.payments import Standin, standin
from tests.support.topups import paid
from tests.support.worlds import Alliance, Builder

__all__ = ["standin"]


@pytest.fixture(scope="module")
def family(app: Flask, builder: Builder) -> Alliance:
    builder.app = app
    return builder.alliance()


@pytest.fixture(scope="module")
def hub(family: Alliance) -> Desk:
    return desk.at(family, family.hub)


def held(hub: Desk) -> ChannelFee:
    with use(hub.site):
        return queries.of(hub.site, "stripe")


def test_the_master_sets_the_fee_in_full_width_digits_too(hub: Desk) -> None:
    answer = hub.post("channel-fees", form="fee", percent="２．９", flat="0.30", returns="y")
    assert answer.status_code == 303
    assert held(hub) == ChannelFee(Percent.of("2.9"), Money.of("0.30"), True)
    page = hub.text("channel-fees")
    assert 'value="2.9"' in page
    assert "¥3.20" in page


@pytest.mark.parametrize("field", ["percent", "flat"])
@pytest.mark.parametrize("typed", ["-1", "", "NaN", "1e400", "1.2345678", "101", "=1+1"])
def test_a_bad_fee_is_refused_kept_in_the_form_and_changes_nothing(
    hub: Desk, field: str, typed: str
) -> None:
    before = held(hub)
    given = {"percent": "1", "flat": "1", field: typed}
    answer = hub.post("channel-fees", form="fee", **given)
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert held(hub) == before


def test_the_months_say_what_was_agreed_what_was_kept_and_what_nobody_said_yet(
    family: Alliance, hub: Desk, standin: Standin
) -> None:
    assert "还没有人通过 Stripe 付款" in hub.text("channel-fees")
    hub.post("channel-fees", form="fee", percent="2", flat="0")
    standin.turn(fee_percent=3.4)
    paid(family.ada, "100", standin)
    standin.turn(fee_percent=None)
    paid(family.bo, "50", standin)
    page = hub.text("channel-fees")
    for told in ("150.00", "3.00", "4.40", "2.93%", "+1.40", "1 笔尚未告知，按约定计"):
        assert told in page, told
    assert desk.at(family, family.ada, role="agent").get("channel-fees").status_code in (403, 404)


def test_a_sub_site_neither_sees_nor_sets_it(family: Alliance, hub: Desk) -> None:
    ada, before = desk.at(family, family.ada, role="agent"), held(hub)
    assert ada.get("channel-fees").status_code in (403, 404)
    assert ada.post("channel-fees", form="fee", percent="0", flat="0").status_code in (403, 404)
    assert held(hub) == before
