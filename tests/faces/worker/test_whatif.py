"""`kameng what-if`: the same figures at a terminal; stopped, it leaves everything as it was."""

from __future__ import annotations

import pytest

from kameng.config import Settings
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.queries import sku_facts
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.whatif import queries
from kameng.domains.pricing.whatif.errors import NoGoodsThere
from kameng.domains.pricing.whatif.rules import State
from kameng.faces.worker import whatif
from kameng.faces.worker.refused import StartRefused
from kameng.faces.worker.whatif import Wish
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.catalog import sku
from tests.support.worlds import Alliance


@pytest.fixture
def goods(alliance: Alliance) -> SkuFacts:
    with use(alliance.hub) as hub:
        made = sku(hub, "音乐年卡", cost="8.00", retail="10.00", secrets=0)
        session.commit()
    return made


def _cost(site: Tenant, goods: SkuFacts) -> Money:
    with use(site):
        return sku_facts(site, [goods.sku_id])[goods.sku_id].cost


def test_it_prints_every_site_and_decides_only_when_told(
    alliance: Alliance, goods: SkuFacts, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = alliance.whole().hub
    wish = Wish(hub.slug, skus=("音乐年卡=+1",), categories=(f"{goods.category_name}=+5%",))
    assert whatif.run(settings, wish) == 0
    told = capsys.readouterr()
    assert "3/3 sites" in told.err
    assert "+1.45" in told.out
    assert hub.slug in told.out
    assert "1 of 3" in told.out  # without a rule sites below pay retail, and that stays
    assert _cost(hub, goods) == Money.of("8")
    assert whatif.run(settings, Wish(hub.slug, everything="-5%", commit=True)) == 0
    assert _cost(hub, goods) == Money.of("7.60")
    with use(hub):
        assert history.page(hub).total == 1


def test_ctrl_c_stops_it_and_nothing_is_changed(
    alliance: Alliance, goods: SkuFacts, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_: int) -> None:
        raise KeyboardInterrupt

    hub = alliance.hub
    monkeypatch.setattr(whatif, "_bar", pressed)
    assert whatif.run(settings, Wish(hub.slug, everything="+5%", commit=True)) == 130
    with use(hub):
        (left,) = queries.page(hub).items
        assert left.state is State.CANCELLED
    assert _cost(hub, goods) == Money.of("8")


def test_what_it_cannot_read_it_says_and_leaves_no_draft(
    alliance: Alliance, goods: SkuFacts, settings: Settings
) -> None:
    hub = alliance.hub
    for wish in (
        Wish("no-such-site"),
        Wish(hub.slug, skus=("音乐=1",)),
        Wish(hub.slug, skus=("x",)),
    ):
        with pytest.raises(StartRefused):
            whatif.run(settings, wish)
    with pytest.raises(NoGoodsThere):
        whatif.run(settings, Wish(alliance.ada.slug, everything="+5%"))
    with use(hub):
        assert queries.page(hub).total == 0
