"""Tiers at the console: named, given by hand, priced; and what the shop shows to whom."""

from __future__ import annotations

import re

import pytest

from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.pricing import queries as pricing
from kameng.kit import audit
from tenants.context import use
from tests.support import desk, shop

PRICE = re.compile(r"9(<small>)?\.87")
NAMED = {"form": "tier", "rank": "1"}
FIXED = {"form": "rule", "about": "", "method": "fixed", "value": "9.87", "rounding": "none"}


@pytest.fixture
def hub(alliance, app):
    made = shop.furnish(alliance)
    return desk.at(alliance, alliance.hub), made


def _added(here, name="黄金会员", rank="1"):
    assert here.post("members/tiers", **(NAMED | {"name": name, "rank": rank})).status_code == 303
    with use(here.site) as site:
        return next(one for one in tiers.tiers(site) if one.name == name)


def _give(here, member, tier, seen=None):
    fields = {"form": "held", "tier": (tier and tier.id) or "", "seen": (seen and seen.id) or ""}
    return here.post(f"members/{member.id}/tier", **fields)


def test_a_tier_is_named_changed_given_and_found_again(hub):
    here, _ = hub
    kim = shop.member(here.site, "kim-tier@example.com")
    assert "还没有会员等级" in here.text("members/tiers")
    gold = _added(here)
    changed = NAMED | {"name": "钻石会员", "rank": "7"}
    assert here.post(f"members/tiers/{gold.id}", **changed).status_code == 303
    assert _give(here, kim, gold).status_code == 303
    assert "钻石会员" in here.text(f"members/{kim.id}")
    assert kim.name in here.text("members", tier=str(gold.id))
    assert f"tier={gold.id}" in here.text("members/tiers")
    refused = here.post(f"members/tiers/{gold.id}/removal")
    assert refused.status_code == 409
    assert "还有 1 位会员" in refused.get_data(as_text=True)
    assert _give(here, kim, None, gold).status_code == 303
    assert here.post(f"members/tiers/{gold.id}/removal").status_code == 303
    with use(here.site) as site:
        assert tiers.tiers(site) == []
        assert tiers.counts(site) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, 422),
        ({"name": "长" * 21}, 422),
        ({"name": "\u202e金"}, 422),
        ({"name": "铜", "rank": "0"}, 422),
        ({"name": "铜", "rank": "1e9"}, 422),
        ({"name": "黄金会员"}, 409),
    ],
)
def test_a_bad_tier_is_refused_by_name_and_what_was_typed_stays(hub, typed, said):
    here, _ = hub
    gold = _added(here)
    answer = here.post("members/tiers", **(NAMED | typed))
    assert answer.status_code == said
    assert f'value="{typed.get("rank", "1")}"' in answer.get_data(as_text=True)
    with use(here.site) as site:
        assert tiers.tiers(site) == [gold]


def test_the_second_editor_of_a_member_is_told_and_nothing_moves(hub):
    here, _ = hub
    kim = shop.member(here.site, "kim-two@example.com")
    gold, silver = _added(here), _added(here, "白银会员", "2")
    assert _give(here, kim, gold).status_code == 303
    assert _give(here, kim, silver).status_code == 409
    for wrong in ("x", "0190a0a0-0000-7000-8000-000000000000"):
        fields = {"form": "held", "tier": wrong, "seen": str(gold.id)}
        assert here.post(f"members/{kim.id}/tier", **fields).status_code == 422
    with use(here.site) as site:
        assert tiers.of_member(site, kim.id) == gold
        told = [one for one in audit.about(site, str(kim.id)) if one.action == "member.tier"]
        assert [one.after for one in told] == [{"tier": "黄金会员"}]


def test_who_may_only_look_gives_no_tier(hub):
    here, made = hub
    kim = shop.member(here.site, "kim-look@example.com")
    gold = _added(here)
    other = desk.at(made.alliance, here.site, role="marketing")
    page = other.text(f"members/{kim.id}")
    assert f"members/{kim.id}/tier" not in page
    assert _give(other, kim, gold).status_code == 403
    assert other.post("members/tiers", **NAMED, name="铜").status_code == 403
    with use(here.site) as site:
        assert tiers.counts(site) == {}


def test_a_tiers_price_is_set_on_its_tab_and_shown_to_its_members_alone(hub):
    here, made = hub
    kim = shop.member(here.site, "kim-gold@example.com")
    gold, silver = _added(here), _added(here, "白银会员", "2")
    assert here.post("prices/rules", **FIXED, tier=str(gold.id)).status_code == 303
    page = here.text("prices", tier=str(gold.id))
    assert "会员等级「黄金会员」" in page
    assert "的会员等级价：一口价" in page or "的会员等级价：" in page
    assert "9.87" in page
    assert "9.87" not in here.text("prices", tier=str(silver.id))
    assert "9.87" not in here.text("prices")
    assert "会员等级：黄金会员" in here.text("prices/changes")
    assert here.get("prices", tier="nonsense").status_code == 422
    at = f"/p/{made.sku.product_id}"
    guest, signed = made.visitor(here.site), made.visitor(here.site)
    assert signed.sign_in("kim-gold@example.com").status_code == 303
    for tier, seen in ((None, False), (gold, True), (silver, False)):
        with use(here.site) as site:
            held = tiers.of_member(site, kim.id)
        assert _give(here, kim, tier, held).status_code == 303
        for page in ("/", at):
            assert bool(PRICE.search(signed.get(page).get_data(as_text=True))) is seen, (page, tier)
            answer = guest.get(page)
            assert not PRICE.search(answer.get_data(as_text=True))
            assert re.search("private|no-store", answer.headers["Cache-Control"])
    with use(here.site) as site:
        assert str(pricing.quotes(site, [made.sku.sku_id])[made.sku.sku_id].price) != "9.87"


def test_a_tiers_price_is_tried_first(hub):
    here, _ = hub
    gold = _added(here)
    draft = here.post("prices/what-if", form="title", title="会员日")
    page = here.client.get(draft.headers["Location"]).get_data(as_text=True)
    assert f'value="retail:{gold.id}"' in page
