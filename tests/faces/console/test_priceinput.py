"""The forms of the price page, filled in wrongly or too late: named refusals, and nothing moved."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import text

from kameng.domains.accounts.staff import service as accounts
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.kit import clock, ids
from tenants.context import shared, use
from tenants.database import session
from tests.support import desk, shop
from tests.support.ledger import TESTER

RULE = {"form": "rule", "about": "", "method": "percent", "value": "10", "rounding": "none"}
NO_PRICE = "这不是价格也不是百分比"
NO_NUMBER = ["-1", "－1", "NaN", "1e400", "=1+1", "0.1234567", "9" * 20, "<b>9</b>", "1,5"]


@pytest.fixture(scope="module")
def world(app, builder):
    """One furnished alliance and one operator for all tests of this file."""
    builder.app = app
    made = shop.furnish(builder.alliance(), cost="8.00", retail="10.00", floor="8.50")
    return made, desk.at(made.alliance, made.alliance.hub)


def everything(site):
    """All that a decision about prices leaves anywhere, but the log of who was refused."""
    with use(site):
        asked = "SELECT * FROM shared.price_rule WHERE tenant_id = :me ORDER BY id"
        held = session.execute(text(asked), {"me": site.id}).all()
        asked = "SELECT count(*) FROM shared.price_change WHERE tenant_id = :me"
        return held, session.scalar(text(asked), {"me": site.id})


@pytest.fixture
def here(world):
    """The operator's desk; whatever a test posts, the prices stay as they were."""
    there = world[1]
    before = everything(there.site)
    yield there
    assert everything(there.site) == before


def refused(here, page, *, status=422, **fields):
    """What the page says after a refusal."""
    answer = here.post(page, **fields)
    assert answer.status_code == status, (fields, answer.status_code)
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("typed", NO_NUMBER)
def test_a_rule_of_no_number_is_refused_and_what_was_typed_stays(here, typed):
    page = refused(here, "prices/rules", **(RULE | {"value": typed}))
    assert NO_PRICE in page
    assert re.search(rf'name="value"[^>]*value="{re.escape(html.escape(typed))}"', page)


def test_a_price_of_no_number_is_refused_and_what_was_typed_stays(here, world):
    sku = world[0].sku.sku_id
    for typed in NO_NUMBER[::3]:
        fields = {f"price.{sku}": typed, f"was.{sku}": ""}
        page = refused(here, "prices/skus", **fields)
        assert NO_PRICE in page, typed
        assert f'name="price.{sku}" value="{html.escape(typed)}"' in page


def test_one_bad_price_keeps_the_good_ones_of_the_page_out_too(here, world):
    sku, other = world[0].sku.sku_id, ids.uuid7()
    for second, status in ((f"price.{other}", 404), ("price.nonsense", 422)):
        refused(here, "prices/skus", status=status, **{f"price.{sku}": "9.9", second: "9.9"})


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"method": "cheapest"}, 422),
        ({"rounding": "x1"}, 422),
        ({"way": "sideways"}, 422),
        ({"about": "sku:nonsense"}, 422),
        ({"about": str(ids.uuid7())}, 422),
        ({"valid_from": "soon"}, 422),
        ({"valid_from": "2027-01-02T00:00", "valid_to": "2027-01-01T00:00"}, 422),
        ({"steps": "5=3\n5=2"}, 422),
        ({"steps": "5=" + "9" * 700}, 422),
        ({"value": "9" * 400}, 422),
        ({"keep": "y", "seen_cost": "9" * 5000}, 422),
        ({"keep": "y", "method": "fixed", "seen_cost": "-1"}, 422),
        ({"audience": "child", "level": "nonsense"}, 422),
        ({"audience": "child", "level": str(ids.uuid7())}, 404),
        ({"audience": "child", "site": "nosuch"}, 404),
        ({"member": str(ids.uuid7())}, 404),
        ({"rule": "nonsense", "valid_from": "2027-13-45T99:99"}, 422),
    ],
)
def test_a_form_that_was_tampered_with_is_refused_by_name(here, fields, status):
    refused(here, "prices/rules", status=status, **(RULE | {"way": "half_up"} | fields))


def test_a_price_under_the_floor_is_refused_with_floor_and_cost(here, world):
    sku = world[0].sku.sku_id
    for typed in ("0", "8.49", "0%", "８．４９"):
        page = refused(here, "prices/skus", **{f"price.{sku}": typed, f"was.{sku}": ""})
        assert "价格低于下限价" in page
        assert "8.50" in page


def test_a_permission_taken_away_between_page_and_post_is_gone(world):
    made, _ = world
    hub = made.alliance.hub
    late = desk.at(made.alliance, hub)
    sku = made.sku.sku_id
    token = desk.token(late.client, late.path("prices"))
    with shared():
        accounts.revoke(late.person.id, hub.id, "operator")
        accounts.grant(late.person.id, hub.id, "support", now=clock.now())
        session.commit()
    before = everything(hub)
    posts = {
        "prices/rules": RULE,
        "prices/skus": {f"price.{sku}": "9.9"},
        "prices/rules/removal": {"rule": str(ids.uuid7())},
    }
    for page, fields in posts.items():
        answer = late.client.post(late.path(page), data={**fields, "csrf_token": token})
        assert answer.status_code == 403, (page, answer.status_code)
        assert "没有这项权限，没有任何改动" in answer.get_data(as_text=True)
        assert everything(hub) == before


def test_full_width_digits_are_taken_as_digits(world):
    made, there = world
    sku = made.sku.sku_id
    answer = there.post("prices/skus", **{f"price.{sku}": "９．９０", f"was.{sku}": ""})
    assert answer.status_code == 303
    place = Place(Scope.SKU, sku, Audience.RETAIL)
    with use(there.site) as hub:
        (held, *_) = everything(hub)[0]
        assert held.value == 9_900_000
        pricing.drop_rule(hub, place, actor=TESTER, now=clock.now())
        session.commit()


def test_the_second_editor_of_one_price_is_told(world):
    made, there = world
    sku = made.sku.sku_id
    seen = re.search(r'name="seen" value="([^"]*)"', there.text("prices")).group(1)
    with use(there.site) as hub:
        place = Place(Scope.SKU, sku, Audience.RETAIL)
        pricing.set_rule(
            hub, place, Method.FIXED, "9.5", Rounding.NONE, actor=TESTER, now=clock.now()
        )
        session.commit()
    before = everything(there.site)
    fields = {f"price.{sku}": "9.9", f"was.{sku}": "", "seen": seen}
    page = refused(there, "prices/skus", status=409, **fields)
    assert "其他人改了这个价格" in page
    assert everything(there.site) == before
