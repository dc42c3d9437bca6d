"""Decisions about prices: written whole or not at all, kept with what held before, undone as long
as nothing newer stands in their places."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import ProgrammingError

from kameng.domains.catalog import queries as catalog
from kameng.domains.pricing import errors, queries
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes import service
from kameng.domains.pricing.changes.entries import (
    CostEntry,
    Entry,
    Kind,
    RuleEntry,
    inverted,
    read,
    told,
)
from kameng.domains.pricing.changes.errors import (
    ChangeOvertaken,
    ChangeUndone,
    NoSuchChange,
    NothingToChange,
)
from kameng.domains.pricing.changes.queries import Wanted
from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    Scope,
    Step,
    Way,
)
from kameng.kit import clock, ids
from kameng.kit.audit import Actor
from kameng.kit.errors import Refusal
from kameng.kit.money import MICRO, Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import pricechanges
from tests.support.ledger import TESTER
from tests.support.pricechanges import fixed
from tests.support.worlds import Alliance, Builder

FEW = 20
"""Statements of one change, whatever the number of its prices."""
MEI = Actor("staff", "mei", "阿梅")
START = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    """One alliance for all tests of this file: each works on goods of its own."""
    return builder.alliance()


@pytest.fixture
def hub(world: Alliance) -> Iterator[Tenant]:
    """The master site, bound."""
    with use(world.hub) as hub:
        yield hub
        session.rollback()


def _goods(hub: Tenant, count: int = 3) -> list[UUID]:
    made = pricechanges.goods(hub, count)
    session.commit()
    return made


def _commit(hub: Tenant, *entries: Entry, kind: Kind = Kind.PRICES, **more: Any) -> UUID:
    acting: dict[str, Any] = {"actor": TESTER, "now": clock.now()} | more
    made = service.commit(hub, kind, entries, **acting)
    session.commit()
    return made


def _undo(hub: Tenant, change_id: UUID) -> UUID:
    made = service.undo(hub, change_id, actor=MEI, now=clock.now())
    session.commit()
    return made


def _set(rule: Rule, before: Rule | None = None) -> RuleEntry:
    return RuleEntry(rule.place, before, rule)


def _rules(hub: Tenant, *skus: UUID) -> list[Rule]:
    held = {one.place.scope_id: one for one in queries.rules_of(hub)}
    return [held[one] for one in skus if one in held]


def _stand(hub: Tenant) -> tuple[Any, ...]:
    """Everything a refusal must leave as it was."""
    counted = [
        session.scalar(text(f"SELECT count(*) FROM shared.{table} WHERE tenant_id = {hub.id}"))
        for table in ("price_change", "price_change_entry", "audit_log", "outbox")
    ]
    costs = session.execute(
        text("SELECT id, cost, version FROM shared.sku WHERE tenant_id = :me ORDER BY id"),
        {"me": hub.id},
    )
    return (queries.rules_of(hub), counted, [tuple(row) for row in costs])


def _refused(hub: Tenant, kind: type[Refusal], act: Any) -> Refusal:
    before = _stand(hub)
    with pytest.raises(kind) as refused:
        act()
    session.rollback()
    assert _stand(hub) == before
    return refused.value


def test_a_change_sets_moves_and_takes_away_and_every_entry_is_kept(hub: Tenant) -> None:
    one, two, three = _goods(hub)
    old, gone = fixed(one, 12), fixed(two, 13)
    _commit(hub, *pricechanges.entries([old, gone]))
    moved, new = replace(old, value=11 * MICRO), fixed(three, 14)
    entries: list[Entry] = [
        _set(moved, old),
        RuleEntry(gone.place, gone, None),
        _set(new),
        CostEntry(three, Money.of("8"), Money.of("9.5")),
    ]
    change = _commit(hub, *entries, kind=Kind.MATRIX, title="价格表.xlsx", actor=MEI)
    assert _rules(hub, one, two, three) == [moved, new]
    assert catalog.sku_facts(hub, [three])[three].cost == Money.of("9.5")
    assert history.entries(hub, change) == entries
    assert history.entries(hub, change, page=2, size=3) == entries[3:]
    facts = history.facts(hub, change)
    assert (facts.kind, facts.title, facts.count) == (Kind.MATRIX, "价格表.xlsx", 4)
    assert (facts.actor, facts.actor_name, facts.undone_by) == ("staff:mei", "阿梅", None)


def test_a_change_of_one_price_tells_the_log_both_values_one_of_many_its_number(
    hub: Tenant,
) -> None:
    one, two, _ = _goods(hub)
    first = fixed(one, 12)
    _commit(hub, _set(first))
    _commit(hub, _set(replace(first, value=13 * MICRO), first))
    many = _commit(hub, CostEntry(one, Money.of("8"), Money.of("7")), _set(fixed(two, 9)))
    _undo(hub, _commit(hub, CostEntry(two, Money.of("8"), Money.of("7"))))
    lines = session.execute(
        text(
            "SELECT action, subject, before, after FROM shared.audit_log"
            " WHERE tenant_id = :me ORDER BY id DESC LIMIT 4"
        ),
        {"me": hub.id},
    ).all()
    undone = ("prices.undo", str(two), {"cost": "7.00"}, {"cost": "8.00"})
    assert tuple(lines[0]) == undone
    assert lines[1].action == "sku.cost"
    assert tuple(lines[2]) == ("prices.prices", str(many), None, {"count": 2})
    assert (lines[3].before["value"], lines[3].after["value"]) == ("12.00", "13.00")


def test_what_is_already_so_is_left_out_and_a_change_of_nothing_is_refused(hub: Tenant) -> None:
    one, two, _ = _goods(hub)
    same = fixed(one, 12)
    _commit(hub, _set(same))
    _refused(hub, NothingToChange, lambda: _commit(hub, _set(same, same)))
    _refused(hub, NothingToChange, lambda: _commit(hub))
    change = _commit(hub, _set(same, same), _set(fixed(two, 9)))
    assert history.facts(hub, change).count == 1


def test_who_saw_another_price_than_the_one_that_holds_is_told(hub: Tenant) -> None:
    one, two, three = _goods(hub)
    held = fixed(one, 12)
    _commit(hub, _set(held))
    other = fixed(two, 9)
    unseen: list[list[Entry]] = [
        [_set(other), _set(fixed(one, 15))],
        [_set(other), _set(fixed(one, 15), replace(held, value=1))],
        [_set(other), RuleEntry(held.place, replace(held, below_cost=True), None)],
        [_set(other), _set(fixed(three, 9), fixed(three, 8))],
        [_set(other), CostEntry(three, Money.of("7.99"), Money.of("9"))],
    ]
    for entries in unseen:
        _refused(hub, errors.StalePrices, lambda told=entries: _commit(hub, *told))


def test_a_place_is_decided_once_in_a_change(hub: Tenant) -> None:
    one, *_ = _goods(hub)
    with pytest.raises(ValueError, match="one entry"):
        _commit(hub, _set(fixed(one, 12)), _set(fixed(one, 13)))
    assert _rules(hub, one) == []


def test_an_undo_puts_everything_back_and_is_a_change_itself(hub: Tenant) -> None:
    one, two, three = _goods(hub)
    old, gone = fixed(one, 12), fixed(two, 13)
    _commit(hub, *pricechanges.entries([old, gone]))
    change = _commit(
        hub,
        _set(replace(old, value=11 * MICRO), old),
        RuleEntry(gone.place, gone, None),
        _set(fixed(three, 14)),
        CostEntry(three, Money.of("8"), Money.of("9.5")),
    )
    undone = _undo(hub, change)
    assert _rules(hub, one, two, three) == [old, gone]
    assert catalog.sku_facts(hub, [three])[three].cost == Money.of("8")
    assert history.facts(hub, change).undone_by == undone
    facts = history.facts(hub, undone)
    assert (facts.kind, facts.undoes, facts.actor_name) == (Kind.UNDO, change, "阿梅")
    assert history.entries(hub, undone) == inverted(history.entries(hub, change))
    refused = _refused(hub, ChangeUndone, lambda: _undo(hub, change))
    assert refused.facts == {"by": undone}


def test_an_undo_can_be_undone_and_then_the_change_stands_again(hub: Tenant) -> None:
    one, *_ = _goods(hub)
    held = fixed(one, 12)
    change = _commit(hub, _set(held))
    _undo(hub, _undo(hub, change))
    assert _rules(hub, one) == [held]
    assert history.facts(hub, change).undone_by is None
    _undo(hub, change)
    assert _rules(hub, one) == []


def test_a_change_under_a_newer_one_is_not_undone_unseen(hub: Tenant) -> None:
    one, two, _ = _goods(hub)
    first, other = fixed(one, 12), fixed(two, 9)
    change = _commit(hub, _set(first), _set(other))
    newer = _commit(hub, _set(replace(first, value=13 * MICRO), first))
    refused = _refused(hub, ChangeOvertaken, lambda: _undo(hub, change))
    assert refused.facts == {"by": newer}
    _undo(hub, newer)
    _undo(hub, change)
    assert _rules(hub, one, two) == []


def test_the_same_price_decided_again_by_somebody_else_is_a_newer_change(hub: Tenant) -> None:
    """12, then 13, then 12 again: undoing the first would take away what was decided last."""
    one, *_ = _goods(hub)
    first = fixed(one, 12)
    change = _commit(hub, _set(first))
    _commit(hub, _set(replace(first, value=13 * MICRO), first))
    last = _commit(hub, _set(first, replace(first, value=13 * MICRO)))
    refused = _refused(hub, ChangeOvertaken, lambda: _undo(hub, change))
    assert refused.facts == {"by": last}


def test_an_undo_is_not_undone_when_what_it_led_back_to_is_gone(hub: Tenant) -> None:
    one, *_ = _goods(hub)
    first = fixed(one, 12)
    change = _commit(hub, _set(first))
    newer = _commit(hub, _set(replace(first, value=13 * MICRO), first))
    back, last = _undo(hub, newer), _undo(hub, change)
    refused = _refused(hub, ChangeOvertaken, lambda: _undo(hub, back))
    assert refused.facts == {"by": last}


def test_dates_that_would_hold_at_once_are_refused_in_bulk_and_by_an_undo(hub: Tenant) -> None:
    one, *_ = _goods(hub)
    plain = fixed(one, 12)
    week, later = START + timedelta(days=7), START + timedelta(days=14)
    first = replace(plain, place=replace(plain.place, valid_from=START, valid_to=later))
    second = replace(plain, id=ids.uuid7(), place=replace(plain.place, valid_from=week))
    both = [_set(first), _set(second)]
    _refused(hub, errors.OverlappingPeriods, lambda: _commit(hub, *both))
    _commit(hub, both[0])
    gone = _commit(hub, RuleEntry(first.place, first, None))
    _commit(hub, both[1])
    _refused(hub, errors.OverlappingPeriods, lambda: _undo(hub, gone))


def test_a_rule_moves_from_one_date_to_another_in_one_change(hub: Tenant) -> None:
    one, *_ = _goods(hub)
    plain = fixed(one, 12)
    held = replace(plain, place=replace(plain.place, valid_from=START))
    moved = replace(held, place=replace(plain.place, valid_from=START + timedelta(days=1)))
    _commit(hub, _set(held))
    change = _commit(hub, RuleEntry(held.place, held, None), _set(moved))
    assert _rules(hub, one) == [moved]
    _undo(hub, change)
    assert _rules(hub, one) == [held]


def test_a_change_undone_by_two_people_at_once_is_undone_once(hub: Tenant, world: Alliance) -> None:
    one, *_ = _goods(hub)
    change = _commit(hub, _set(fixed(one, 12)))

    def undone(_: int) -> str:
        with use(world.hub) as site:
            try:
                return str(_undo(site, change))
            except ChangeUndone as refused:
                session.rollback()
                return refused.code

    with ThreadPoolExecutor(2) as both:
        told = sorted(both.map(undone, range(2)), reverse=True)
    assert told[0] == "change_undone"
    assert told[1] == str(history.facts(hub, change).undone_by)
    assert _rules(hub, one) == []


def test_later_changes_sort_after_earlier_ones_though_the_clock_was_set_back(
    hub: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, _ = _goods(hub)
    first = _commit(hub, _set(fixed(one, 12)))
    monkeypatch.setattr(service.ids, "uuid7", lambda: UUID(int=7 << 76 | 2 << 62))
    second = _commit(hub, _set(fixed(two, 12)))
    assert second.int == first.int + 1


def test_changes_of_another_site_are_not_there(hub: Tenant, world: Alliance) -> None:
    one, *_ = _goods(hub)
    change = _commit(hub, _set(fixed(one, 12)))
    session.rollback()
    with use(world.ada) as ada:
        assert history.page(ada).items == []
        assert history.entries(ada, change) == []
        for act in (history.facts, lambda *of: _undo(*of)):
            with pytest.raises(NoSuchChange):
                act(ada, change)
        moved = "UPDATE shared.price_change SET undone_by = id"
        assert session.execute(text(moved)).rowcount == 0  # type: ignore[attr-defined]
        session.rollback()


def test_the_history_is_searched_by_way_person_and_goods(hub: Tenant) -> None:
    one, two, three = _goods(hub)
    first = _commit(hub, _set(fixed(one, 12)), _set(fixed(two, 12)), actor=MEI)
    second = _commit(hub, CostEntry(one, Money.of("8"), Money.of("9")), kind=Kind.COST)

    def found(**wanted: Any) -> list[UUID]:
        page = history.page(hub, Wanted(about=wanted.pop("about", [one, two, three]), **wanted))
        assert page.total == len(page.items)
        return [change.id for change in page.items]

    assert found() == [second, first]
    assert found(about=[two]) == [first]
    assert found(about=[three]) == []
    assert found(kind=Kind.COST) == [second]
    assert found(actor="staff:mei") == [first]
    assert history.actors(hub)["staff:mei"] == "阿梅"
    assert [row.id for row in history.page(hub, page=2, size=1).items] == [first]


@contextmanager
def _heard() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def hear(*given: Any) -> None:
        sent.append(given[2])

    event.listen(Engine, "before_cursor_execute", hear)
    yield sent
    event.remove(Engine, "before_cursor_execute", hear)


def test_five_thousand_prices_change_and_go_back_in_a_handful_of_statements(hub: Tenant) -> None:
    """They are told of goods nobody has: what counts is the writing."""
    rules = [fixed(ids.uuid7(), 12) for _ in range(5_000)]
    with _heard() as sent:
        change = _commit(hub, *pricechanges.entries(rules), kind=Kind.TEMPLATE)
    assert 0 < len(sent) <= FEW
    with _heard() as sent:
        _undo(hub, change)
    assert 0 < len(sent) <= FEW
    assert history.facts(hub, change).count == 5_000
    assert _rules(hub, *(one.place.scope_id for one in rules if one.place.scope_id)) == []


def test_an_entry_is_read_back_as_it_was_told() -> None:
    place = Place(
        Scope.SKU, ids.uuid7(), Audience.CHILD, ids.uuid7(), valid_from=START, valid_to=None
    )
    rule = Rule(
        ids.uuid7(),
        place,
        Method.PERCENT,
        100_000,
        Rounding.X9,
        Way.UP,
        (Step(5, 90_000),),
        below_cost=True,
        template_id=ids.uuid7(),
    )
    everything = Place(Scope.ALL, None, Audience.RETAIL, member_id=ids.uuid7())
    entries: list[Entry] = [
        RuleEntry(place, None, rule),
        RuleEntry(place, rule, replace(rule, value=1)),
        RuleEntry(everything, Rule(ids.uuid7(), everything, Method.FOLLOW, 0), None),
        CostEntry(ids.uuid7(), Money.of("0.000001"), Money.of("1000000")),
    ]
    assert [read(told(one)) for one in entries] == entries
    assert inverted(inverted(entries)) == entries
    assert len({one.key for one in entries}) == 3


def test_a_place_has_one_name_by_whatever_clock_its_date_was_told() -> None:
    place = Place(Scope.ALL, None, Audience.RETAIL, valid_from=START)
    abroad = replace(place, valid_from=START.astimezone(timezone(timedelta(hours=8))))
    keys = {RuleEntry(one, None, None).key for one in (place, abroad)}
    assert keys == {"all//retail//2030-01-01T00:00:00+00:00.."}


def test_an_entry_speaks_of_one_place() -> None:
    with pytest.raises(ValueError, match="place"):
        RuleEntry(Place(Scope.ALL, None, Audience.CHILD), None, fixed(ids.uuid7(), 1))


def test_the_history_of_prices_is_not_rewritten_by_the_application(hub: Tenant) -> None:
    [sku] = _goods(hub, 1)
    made = _commit(hub, _set(fixed(sku, 20)))
    for statement in (
        "UPDATE shared.price_change SET actor_name = 'somebody else'",
        "UPDATE shared.price_change SET count = 7",
        "UPDATE shared.price_change_entry SET after = NULL",
        "DELETE FROM shared.price_change",
    ):
        with pytest.raises(ProgrammingError, match=r"not rewritten|permission denied"):
            session.execute(text(statement))
        session.rollback()
    assert history.facts(hub, made).actor_name == TESTER.name
    _undo(hub, made)
