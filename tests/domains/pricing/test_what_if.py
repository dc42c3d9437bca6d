"""What-ifs: the figures of every site below, in steps that outlive whoever takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import rq
from sqlalchemy import text

from kameng.config import Settings
from kameng.domains.accounts.roles.rules import BUILT_IN
from kameng.domains.catalog.queries import sku_facts
from kameng.domains.pricing import queries
from kameng.domains.pricing import service as prices
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes.entries import CostEntry, Entry, RuleEntry
from kameng.domains.pricing.costs.errors import CostNeedsApproval, CostsNotYours
from kameng.domains.pricing.errors import StalePrices
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Rule, Scope
from kameng.domains.pricing.whatif import costs, errors, rules, running, service, turns
from kameng.domains.pricing.whatif import queries as whatifs
from kameng.domains.pricing.whatif.queries import SiteFacts
from kameng.domains.pricing.whatif.rules import State
from kameng.kit import cache, clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import MICRO, Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import killing, pricechanges
from tests.support.ledger import TESTER
from tests.support.worlds import Alliance, Builder

CHILDREN = Place(Scope.ALL, None, Audience.CHILD)
SHOPPERS = Place(Scope.ALL, None, Audience.RETAIL)
OPERATOR = BUILT_IN["operator"]


@dataclass(frozen=True)
class Tree:
    """Hub sells at cost + 1.00 to Ada, she at cost + 10 % to Bo; Bo's first SKU costs 9 fixed."""

    alliance: Alliance
    goods: list[UUID]

    @property
    def hub(self) -> Tenant:
        return self.alliance.hub

    @property
    def sites(self) -> Sequence[Tenant]:
        return self.alliance.hub, self.alliance.ada, self.alliance.bo


@pytest.fixture(scope="module")
def tree(builder: Builder) -> Tree:
    alliance = builder.alliance()
    with use(alliance.hub) as hub:
        goods = pricechanges.goods(hub, 4, cost="5.00", retail="10.00")
        session.commit()
    _rule(alliance.hub, CHILDREN, Method.AMOUNT, "1")
    _rule(alliance.ada, CHILDREN, Method.PERCENT, "10")
    _rule(alliance.bo, SHOPPERS, Method.PERCENT, "20")
    _rule(alliance.bo, Place(Scope.SKU, goods[0], Audience.RETAIL), Method.FIXED, "9")
    return Tree(alliance, goods)


@pytest.fixture(autouse=True)
def _one_site_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PRICES_A_STEP", 1)


def _rule(site: Tenant, place: Place, method: Method, asked: str) -> None:
    with use(site):
        given = (place, method, asked, Rounding.NONE)
        prices.set_rule(site, *given, actor=TESTER, now=clock.now())
        session.commit()


def _held(site: Tenant) -> Rule:
    """The rule for all sites below."""
    return next(one for one in queries.rules_of(site) if one.place == CHILDREN)


def _dearer(tree: Tree, by: str = "4") -> list[Entry]:
    """Every cost of Hub's goes up."""
    return [CostEntry(one, Money.of("5.00"), Money.of("5.00") + Money.of(by)) for one in tree.goods]


@pytest.fixture
def made(tree: Tree) -> Iterator[UUID]:
    """A what-if that is queued, at Hub; nothing of it is left behind."""
    with use(tree.hub) as hub:
        yield _queued(hub, _dearer(tree))
        session.rollback()


def _queued(hub: Tenant, supposed: Sequence[Entry]) -> UUID:
    made = service.draft(hub, "涨价", supposed, actor=TESTER, now=clock.now())
    service.begin(hub, made, now=clock.now())
    session.commit()
    return made


def _queue() -> rq.Queue:
    """The queue of what-ifs, without what other tests left in it."""
    made = rq.Queue("slow", connection=cache.client())
    made.empty()
    return made


def _run(site: Tenant, what_if: UUID) -> None:
    for _ in running.steps(site, what_if, clock=clock.now):
        session.commit()


def _result(site: Tenant, what_if: UUID) -> list[SiteFacts]:
    found = whatifs.sites(site, what_if).items
    return [whatifs.site(site, what_if, one.site_id) for one in found]


def _priced(site: Tenant, goods: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    with use(site):
        found = queries.quotes(site, goods)
        return {one: (quote.cost.micro, quote.price.micro) for one, quote in found.items()}


def test_what_it_says_is_what_every_site_has_once_it_is_decided(tree: Tree, made: UUID) -> None:
    hub = tree.hub
    _run(hub, made)
    told = {one.site_id: one for one in _result(hub, made)}
    assert whatifs.facts(hub, made).state is State.DONE
    change = service.commit(hub, made, held=OPERATOR, actor=TESTER, now=clock.now())
    session.commit()
    assert history.facts(hub, change).count == len(tree.goods)
    session.remove()
    for site in tree.sites:
        found = _priced(site, tree.goods)
        assert {one.sku_id: (one.cost, one.price) for one in told[site.id].worst} == found
    from kameng.domains.pricing.changes import service as changes

    changes.undo(hub, change, actor=TESTER, now=clock.now())
    session.commit()


def test_figures_tell_who_loses_and_who_would_sell_for_nothing(tree: Tree, made: UUID) -> None:
    hub, ada, bo = tree.sites
    _run(hub, made)
    facts = whatifs.facts(hub, made)
    told = {one.site_id: one.figures for one in _result(hub, made)}
    assert (facts.sites_done, facts.sites_all, facts.sites_moved) == (3, 3, 3)
    assert facts.totals == told[hub.id] + told[ada.id] + told[bo.id]
    assert facts.totals.changed == 12
    # Bo pays 11.00 now: his fixed 9.00 is held up at cost and leaves nothing
    assert (told[bo.id].raised_to_cost, told[bo.id].without_profit) == (1, 1)
    assert told[bo.id].cost.least == told[bo.id].cost.most == 4_400_000
    assert next(iter(whatifs.sites(hub, made).items)).site_id == ada.id
    assert told[hub.id].price.count == 0  # 10.00 still covers 9.00
    assert told[hub.id].margin.total == -4 * 4 * MICRO


def test_an_agent_supposes_for_himself_and_below_only(tree: Tree) -> None:
    _, ada, bo = tree.sites
    with use(ada):
        held = _held(ada)
        dearer = Rule(held.id, CHILDREN, Method.PERCENT, 300_000)
        made = _queued(ada, [RuleEntry(CHILDREN, held, dearer)])
        _run(ada, made)
        assert [one.site_id for one in _result(ada, made)] == [bo.id]
        assert whatifs.facts(ada, made).sites_all == 2
        with pytest.raises(errors.NoSuchWhatIf):
            whatifs.facts(bo, made)
        session.rollback()
    with use(tree.hub) as hub, pytest.raises(errors.NoSuchWhatIf):
        whatifs.facts(hub, made)


def test_a_cancelled_one_stops_at_the_next_step(tree: Tree, made: UUID) -> None:
    hub = tree.hub
    steps = running.steps(hub, made, clock=clock.now)
    for _ in range(4):
        next(steps)
        session.commit()
    service.cancel(hub, made, now=clock.now())
    session.commit()
    assert list(steps) == []
    session.commit()
    facts = whatifs.facts(hub, made)
    assert (facts.state, facts.sites_done) == (State.CANCELLED, 1)
    assert len(whatifs.sites(hub, made).items) == 1
    service.begin(hub, made, now=clock.now())
    session.commit()
    assert whatifs.sites(hub, made).items == []


def test_who_is_relieved_keeps_nothing_and_the_next_goes_on_where_he_was(
    tree: Tree, made: UUID
) -> None:
    hub = tree.hub
    first = running.steps(hub, made, clock=clock.now)
    for _ in range(4):
        next(first)
        session.commit()
    _run(hub, made)
    whole = _result(hub, made)
    assert list(first) == []
    session.commit()
    again = _queued(hub, _dearer(tree))
    _run(hub, again)
    assert _result(hub, again) == whole
    assert whatifs.facts(hub, again).totals == whatifs.facts(hub, made).totals


def test_a_worker_killed_in_the_midst_leaves_the_rest_to_the_next(
    tree: Tree, made: UUID, settings: Settings
) -> None:
    hub = tree.hub
    killer = killing.start(settings)
    try:
        given = {"tenant": hub.id, "what_if": str(made)}
        for step in (12, 9):
            assert killer.run("work_out_a_what_if", step, **given) is None
    finally:
        killer.stop()
    session.rollback()
    assert whatifs.facts(hub, made).state is State.RUNNING
    _run(hub, made)
    assert whatifs.facts(hub, made).state is State.DONE
    whole = _result(hub, made)
    again = _queued(hub, _dearer(tree))
    _run(hub, again)
    assert _result(hub, again) == whole


def test_the_clock_queues_anew_what_fell_silent_and_gives_up_what_never_begins(
    tree: Tree, made: UUID
) -> None:
    hub, now, queue = tree.hub, clock.now(), _queue()

    def look() -> set[str]:
        service.look(hub, made, now=now)
        session.commit()
        return set(queue.job_ids)

    assert look() == set()
    silent = text("UPDATE shared.what_if SET beat_at = beat_at - :long, tries = :n WHERE id = :id")
    session.execute(silent, {"long": timedelta(minutes=1), "n": 1, "id": made})
    queued = look()
    assert len(queued) == 1
    rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)
    session.rollback()
    assert whatifs.facts(hub, made).state is State.DONE
    again = _queued(hub, _dearer(tree))
    session.execute(silent, {"long": timedelta(0), "n": service.MOST_TRIES, "id": again})
    service.look(hub, again, now=now)
    session.commit()
    assert whatifs.facts(hub, again).state is State.FAILED


def test_a_long_one_lets_others_have_their_turn(
    tree: Tree, made: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = tree.hub
    monkeypatch.setattr(turns, "TURN", -1.0)
    queue = _queue()
    turns.soon(hub, made)
    session.commit()
    session.remove()
    for _ in range(2):
        rq.SimpleWorker([queue], connection=queue.connection).work(burst=True, max_jobs=1)
    facts = whatifs.facts(hub, made)
    session.rollback()
    assert facts.state is State.RUNNING
    rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)
    session.rollback()
    assert whatifs.facts(hub, made).state is State.DONE


def test_what_moved_meanwhile_is_not_overwritten(tree: Tree) -> None:
    hub = tree.hub
    with use(hub):
        held = _held(hub)
        dearer = Rule(held.id, CHILDREN, Method.AMOUNT, 2 * MICRO)
        made = _queued(hub, [RuleEntry(CHILDREN, held, dearer)])
        _run(hub, made)
        assert not service.is_stale(hub, whatifs.facts(hub, made))
    _rule(hub, CHILDREN, Method.AMOUNT, "1.5")
    with use(hub):
        assert service.is_stale(hub, whatifs.facts(hub, made))
        with pytest.raises(StalePrices):
            service.commit(hub, made, held=OPERATOR, actor=TESTER, now=clock.now())
        session.rollback()
        assert whatifs.facts(hub, made).state is State.DONE
        assert _held(hub).value == 1_500_000
    _rule(hub, CHILDREN, Method.AMOUNT, "1")


def test_a_what_if_is_no_way_around_the_approval_of_costs(tree: Tree, made: UUID) -> None:
    hub, catalogue = tree.hub, BUILT_IN["catalogue"]
    _run(hub, made)
    for held, refusal in (
        (catalogue - {"goods.edit"}, CostsNotYours),
        (catalogue, CostNeedsApproval),
    ):
        with pytest.raises(refusal):
            service.commit(hub, made, held=held, actor=TESTER, now=clock.now())
        session.rollback()
    assert whatifs.facts(hub, made).state is State.DONE
    assert {one.cost for one in sku_facts(hub, tree.goods).values()} == {Money.of("5.00")}


def test_only_what_is_done_can_be_decided_and_what_is_decided_stays(tree: Tree) -> None:
    with use(tree.hub) as hub:
        made = service.draft(hub, "  涨  价 ", actor=TESTER, now=clock.now())
        assert whatifs.facts(hub, made).title == "涨 价"
        with pytest.raises(errors.WhatIfElsewhere):
            service.commit(hub, made, held=OPERATOR, actor=TESTER, now=clock.now())
        with pytest.raises(errors.NothingSupposed):
            service.begin(hub, made, now=clock.now())
        service.discard(hub, made)
        with pytest.raises(errors.WhatIfElsewhere):
            service.suppose(hub, made, _dearer(tree))
        session.rollback()


def test_what_was_tried_long_ago_makes_room_and_what_is_worked_at_stays(
    tree: Tree, made: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, long_ago = tree.hub, clock.now() - service.KEPT - timedelta(minutes=1)
    old = service.draft(hub, "去年", _dearer(tree), actor=TESTER, now=long_ago)
    done = _queued(hub, _dearer(tree))
    _run(hub, done)
    ended = text("UPDATE shared.what_if SET at = :at, finished_at = :at WHERE id = :id")
    session.execute(ended, {"at": long_ago, "id": done})
    working = text("UPDATE shared.what_if SET at = :at WHERE id = :id")
    session.execute(working, {"at": long_ago, "id": made})
    service.draft(hub, "今天", actor=TESTER, now=clock.now())
    for gone in (old, done):
        with pytest.raises(errors.NoSuchWhatIf):
            whatifs.facts(hub, gone)
    assert whatifs.sites(hub, done).total == 0
    assert whatifs.facts(hub, made).state is State.QUEUED
    monkeypatch.setattr(service, "MOST_KEPT", 2)
    kept = [service.draft(hub, str(n), actor=TESTER, now=clock.now()) for n in range(3)][1:]
    found = whatifs.page(hub, size=100).items
    assert {one.id for one in found if not one.works} == set(kept)
    assert made in {one.id for one in found}


def test_costs_move_by_what_was_typed_for_one_sku_or_a_category(tree: Tree) -> None:
    with use(tree.hub) as hub:
        (one,) = costs.moved(hub, "+５%", sku_id=tree.goods[1])
        assert (one.before, one.after) == (Money.of("5"), Money.of("5.25"))
        made = service.draft(hub, "", [one], actor=TESTER, now=clock.now())
        twice = costs.moved(hub, "-0.25", what_if_id=made)
        service.suppose(hub, made, twice)
        held = {one.sku_id: one for one in whatifs.entries(hub, made) if isinstance(one, CostEntry)}
        assert len(held) == 3  # back at 5.00 is no supposition
        assert tree.goods[1] not in held
        for asked, refusal in (("-5", errors.CostOutOfReach), ("=2000000", errors.CostOutOfReach)):
            with pytest.raises(refusal):
                costs.moved(hub, asked)
        with pytest.raises(errors.NoGoodsThere):
            costs.moved(hub, "1", sku_id=ids.uuid7())
        session.rollback()
    with use(tree.alliance.ada) as ada, pytest.raises(errors.NoGoodsThere):
        costs.moved(ada, "1", sku_id=tree.goods[0])


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "abc",
        "NaN",
        "1e400",
        "=1+1",
        "5%%",
        "=5%",
        "1.2345678",
        "+1001%",
        "--1",
        "1,5",
        "0.00001%",
    ],
)
def test_what_is_no_cost_is_refused_by_name(asked: str) -> None:
    with pytest.raises(errors.BadCostMove) as caught:
        rules.cost_move(asked)
    assert isinstance(caught.value, Refusal)
