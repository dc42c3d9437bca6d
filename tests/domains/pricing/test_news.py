"""Sites below hear once an hour what decisions above did to their costs, and nothing otherwise."""

from __future__ import annotations

import email
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.policy import default
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from kameng.config import Settings
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.notifications.notices.mailing import mail_notices
from kameng.domains.pricing.changes import service as history
from kameng.domains.pricing.changes.entries import CostEntry, Entry, Kind, RuleEntry, inverted
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rule, Scope
from kameng.domains.pricing.news import digests, queries, rules, service
from kameng.domains.pricing.news.errors import NoSuchNews
from kameng.domains.pricing.news.events import CostsMoved
from kameng.kit import cache, clock, ids
from kameng.kit.money import MICRO, Money
from kameng.reactions import costs_moved, prices_changed
from kameng.reactions.due import KINDS
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import accounts
from tests.support.catalog import ACTOR, sku
from tests.support.worlds import Alliance, Builder

SINCE, UNTIL = rules.window_of(clock.now())
"""The hour in which everything below is decided."""


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    """Agents pay a tenth more than the cost, at Hub and at Ada."""
    made = builder.alliance()
    for site in (made.hub, made.ada):
        with use(site):
            place = Place(Scope.ALL, None, Audience.CHILD)
            rule = Rule(ids.uuid7(), place, Method.PERCENT, 100_000)
            _decide(site, [RuleEntry(place, None, rule)], at=SINCE - timedelta(hours=2))
    return made


@pytest.fixture
def goods(world: Alliance, owner: Engine) -> SkuFacts:
    """A SKU of Hub's: cost 10.00, suggested 15.00."""
    _forget(world, owner)
    with use(world.hub) as hub:
        made = sku(hub, cost="10", retail="15", secrets=0)
        session.commit()
    return made


def _forget(world: Alliance, owner: Engine) -> None:
    """What other tests decided in this hour was decided long ago."""
    with owner.begin() as behind:
        behind.execute(text("ALTER TABLE shared.price_change DISABLE TRIGGER kept"))
        past = text(
            "UPDATE shared.price_change SET at = at - interval '3 hours' WHERE tenant_id = :hub"
        )
        behind.execute(past, {"hub": world.hub.id})
        behind.execute(text("ALTER TABLE shared.price_change ENABLE TRIGGER kept"))
    for site in (world.ada, world.bo):
        with use(site):
            session.execute(text("DELETE FROM shared.price_news"))
            session.execute(text("DELETE FROM shared.due"))
            session.commit()


def _decide(site: Tenant, entries: Sequence[Entry], *, at: datetime | None = None) -> UUID:
    moment = at or SINCE + timedelta(minutes=5)
    made = history.commit(site, Kind.COST, entries, actor=ACTOR, now=moment)
    session.commit()
    return made


def _cost(goods: SkuFacts, before: str, after: str) -> list[Entry]:
    return [CostEntry(goods.sku_id, Money.of(before), Money.of(after))]


def _digest(site: Tenant) -> queries.News | None:
    with use(site):
        digests.digest(site, SINCE, UNTIL, now=clock.now())
        session.commit()
        found = queries.page(site).items
    return found[0] if found else None


def _moves(site: Tenant) -> list[tuple[str, str]]:
    with use(site):
        newest = queries.page(site).items[0]
        _, moves = queries.one(site, newest.id)
    return [(str(one.before), str(one.after)) for one in moves]


def test_ten_decisions_of_an_hour_are_one_digest_at_every_site_below(
    world: Alliance, goods: SkuFacts
) -> None:
    with use(world.hub) as hub:
        for step in range(10):
            _decide(hub, _cost(goods, str(10 + step), str(11 + step)))
    told = _digest(world.ada)
    assert told
    assert (told.count, told.dearer, told.cheaper) == (1, 1, 0)
    assert _moves(world.ada) == [("11.00", "22.00")]
    _digest(world.bo)
    assert _moves(world.bo) == [("12.10", "24.20")]


def test_what_is_as_before_in_the_end_is_not_told(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        up = _cost(goods, "10", "13")
        _decide(hub, up)
        _decide(hub, inverted(up))
    assert _digest(world.ada) is None


def test_decisions_of_other_hours_belong_to_other_digests(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        _decide(hub, _cost(goods, "10", "11"), at=SINCE - timedelta(seconds=1))
        _decide(hub, _cost(goods, "11", "12"), at=UNTIL - timedelta(seconds=1))
        _decide(hub, _cost(goods, "12", "13"), at=UNTIL)
    _digest(world.ada)
    assert _moves(world.ada) == [("12.10", "13.20")]


def test_a_rule_for_all_goods_and_one_of_the_agent_tell_only_whom_they_touch(
    world: Alliance, goods: SkuFacts
) -> None:
    place = Place(Scope.ALL, None, Audience.CHILD, buyer_id=world.ada.id)
    rule = Rule(ids.uuid7(), place, Method.AMOUNT, 2 * MICRO)
    with use(world.hub) as hub:
        other = Place(Scope.SKU, goods.sku_id, Audience.RETAIL)
        shop = Rule(ids.uuid7(), other, Method.FIXED, 20 * MICRO)
        _decide(hub, [RuleEntry(other, None, shop)])
    assert _digest(world.ada) is None
    with use(world.hub) as hub:
        _decide(hub, [RuleEntry(place, None, rule)])
    _digest(world.ada)
    assert ("11.00", "12.00") in _moves(world.ada)
    with use(world.hub) as hub:
        _decide(hub, [RuleEntry(place, rule, None)])


def test_a_digest_worked_out_twice_is_announced_once(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        _decide(hub, _cost(goods, "10", "11"))
    announced = text("SELECT count(*) FROM shared.outbox WHERE name = 'CostsMoved'")
    first = _digest(world.ada)
    with use(world.ada):
        before = session.scalar(announced)
    assert _digest(world.ada) == first
    with use(world.ada):
        assert session.scalar(announced) == before
    assert first
    with use(world.bo) as bo, pytest.raises(NoSuchNews):
        queries.one(bo, first.id)


def test_every_site_below_is_asked_once_an_hour(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        made = _decide(hub, _cost(goods, "10", "11"))
        prices_changed.look_below(hub, prices_changed.PricesChanged(made), clock.now())
        assert service.ask_below(hub, SINCE) == 0
        session.commit()
    for site in (world.ada, world.bo):
        with use(site):
            kept = session.execute(text("SELECT kind, key, at FROM shared.due")).all()
            spread = timedelta(seconds=site.id % 300)
            assert kept == [(service.DUE, rules.key_of(SINCE), UNTIL + rules.GRACE + spread)]
    assert rules.window_named(rules.key_of(SINCE)) == (SINCE, UNTIL)


def test_the_clock_leaves_the_work_to_a_worker(world: Alliance, goods: SkuFacts) -> None:
    with use(world.hub) as hub:
        _decide(hub, _cost(goods, "10", "11"))
    key, queue = rules.key_of(SINCE), "rq:queue:slow"
    before = cache.client().llen(queue)
    for _ in range(2):
        with use(world.ada) as ada:
            KINDS[service.DUE](ada, key, clock.now())
            session.commit()
    assert cache.client().llen(queue) > before
    digests.work_out(world.ada.id, key)
    assert _moves(world.ada) == [("11.00", "12.10")]


def test_the_owner_is_told_once_and_mailed(world: Alliance, tools: Settings) -> None:
    post = tools.home / "mail"
    for old in post.glob("*.eml"):
        old.unlink()
    owner = accounts.staff(world.ada, role="agent")
    event = CostsMoved(ids.uuid7(), 2, 1)
    for _ in range(2):
        with use(world.ada) as ada:
            costs_moved.tell_owner(ada, event, clock.now())
            session.commit()
    mail_notices(world.ada.id, str(owner.id))
    mail_notices(world.ada.id, str(owner.id))
    (file,) = post.glob("*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=default)
    assert letter["To"] == "staff@example.com"
    assert "涨价 2 个，降价 1 个" in letter["Subject"]
    page = f"/s/{world.ada.slug}/prices/news/{event.news_id}"
    assert letter.get_content().count(page) == 1
