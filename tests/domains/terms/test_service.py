"""Levels and packages belong to their seller; a child holds terms it cannot write itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from kameng.domains.terms import queries, service
from kameng.domains.terms.errors import (
    BadPlatformFee,
    FeeIsTheMasters,
    LevelNameTaken,
    NoSuchLevel,
    NoSuchPackage,
)
from kameng.domains.terms.rules import Allows
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tests.support import terms
from tests.support.worlds import Alliance

pytestmark = pytest.mark.usefixtures("tools")


def test_packages_are_shown_in_order_and_only_those_on_sale(alliance: Alliance) -> None:
    for name, position, on_sale in (("C", 3, True), ("A", 1, True), ("B", 2, False)):
        terms.package(alliance.hub, name=name, position=position, on_sale=on_sale)
    with use(alliance.hub):
        assert [p.name for p in queries.packages_on_sale(alliance.hub)] == ["A", "C"]
        assert [p.name for p in queries.packages(alliance.hub)] == ["A", "B", "C"]


def test_a_package_is_edited_for_newcomers_and_kept_by_those_who_have_it(
    alliance: Alliance,
) -> None:
    bought = terms.package(alliance.hub, allows=Allows(child_sites=True))
    terms.bind(alliance.ada, bought)
    with use(alliance.hub):
        draft = replace(terms.FREE, fee=Money.of(188), allows=Allows())
        edited = service.edit_package(alliance.hub, bought.id, draft, actor=SYSTEM, now=clock.now())
        session.commit()
        assert (edited.fee, edited.is_free) == (Money.of(188), False)
    with use(alliance.ada):
        held = queries.terms_of(alliance.ada.id)
    assert held is not None
    assert held.allows.child_sites


def test_another_sellers_package_cannot_be_edited_nor_its_level_used(alliance: Alliance) -> None:
    bought = terms.package(alliance.hub)
    level = terms.level(alliance.hub)
    with use(alliance.ada):
        with pytest.raises(NoSuchPackage):
            service.edit_package(alliance.ada, bought.id, terms.FREE, actor=SYSTEM, now=clock.now())
        with pytest.raises(NoSuchLevel):
            service.create_package(
                alliance.ada, replace(terms.FREE, level_id=level.id), actor=SYSTEM, now=clock.now()
            )
        session.rollback()
        assert queries.packages(alliance.ada) == []
    with use(alliance.hub):
        assert queries.package(alliance.hub, bought.id) == bought


def test_two_levels_of_one_site_have_two_names(alliance: Alliance) -> None:
    terms.level(alliance.hub, "Gold")
    with use(alliance.hub), pytest.raises(LevelNameTaken):
        service.add_level(alliance.hub, " Gold ", 2, actor=SYSTEM, now=clock.now())
    terms.level(alliance.ada, "Gold")
    with use(alliance.hub):
        assert [level.name for level in queries.levels(alliance.hub)] == ["Gold"]


def test_terms_come_from_the_package_and_the_first_ones_stay(alliance: Alliance) -> None:
    level = terms.level(alliance.hub)
    trial = terms.package(alliance.hub, level_id=level.id, trial_days=7)
    held = terms.bind(alliance.ada, trial)
    assert (held.parent_id, held.level_id) == (alliance.hub.id, level.id)
    assert held.valid_until == held.valid_from + timedelta(days=7)
    assert terms.bind(alliance.ada, terms.package(alliance.hub, name="Other")) == held


def test_levels_of_the_whole_chain_are_read_from_its_end(alliance: Alliance) -> None:
    gold, silver = terms.level(alliance.hub, "Gold"), terms.level(alliance.ada, "Silver")
    terms.bind(alliance.ada, terms.package(alliance.hub, level_id=gold.id))
    terms.bind(alliance.bo, terms.package(alliance.ada, level_id=silver.id))
    with use(alliance.bo):
        assert queries.levels_of(alliance.bo.chain) == {
            alliance.hub.id: None,
            alliance.ada.id: gold.id,
            alliance.bo.id: silver.id,
        }


def test_a_stranger_reads_no_terms(alliance: Alliance, builder) -> None:  # type: ignore[no-untyped-def]
    terms.bind(alliance.ada, terms.package(alliance.hub))
    stranger = builder.site(f"stranger{alliance.ada.id}")
    with use(stranger):
        assert queries.terms_of(alliance.ada.id) is None
        assert queries.levels_of([alliance.ada.id]) == {alliance.ada.id: None}


def test_a_parent_moves_its_child_to_another_level_and_nobody_else_does(
    alliance: Alliance,
) -> None:
    gold = terms.level(alliance.hub, "Gold")
    terms.bind(alliance.ada, terms.package(alliance.hub))
    with use(alliance.hub):
        moved = service.set_level(
            alliance.hub, alliance.ada.id, gold.id, actor=SYSTEM, now=clock.now()
        )
        session.commit()
        assert moved.level_id == gold.id
        assert queries.terms_of(alliance.ada.id) == moved
    with use(alliance.ada):
        changed = session.execute(text("UPDATE shared.tenant_terms SET level_id = NULL"))
        assert changed.rowcount == 0
        with pytest.raises(NoSuchPackage):
            service.set_level(alliance.ada, alliance.ada.id, None, actor=SYSTEM, now=clock.now())


def test_a_site_cannot_give_itself_terms(alliance: Alliance) -> None:
    with use(alliance.ada), pytest.raises(Exception, match="permission denied"):
        session.execute(
            text(
                "INSERT INTO shared.tenant_terms (tenant_id, parent_id, package_id, allows,"
                " valid_from) VALUES (:me, :me, gen_random_uuid(), '{}', now())"
            ),
            {"me": alliance.ada.id},
        )


def test_who_may_open_sites_below(alliance: Alliance) -> None:
    now = clock.now()
    with use(alliance.hub):
        assert queries.may_open_sites(alliance.hub, now=now)
    with use(alliance.ada):
        assert not queries.may_open_sites(alliance.ada, now=now)
    terms.bind(
        alliance.ada, terms.package(alliance.hub, trial_days=7, allows=Allows(child_sites=True))
    )
    with use(alliance.ada):
        assert queries.may_open_sites(alliance.ada, now=now)
        assert not queries.may_open_sites(alliance.ada, now=now + timedelta(days=8))
    terms.bind(alliance.bo, terms.package(alliance.ada, allows=Allows(child_sites=True)))
    with use(alliance.bo):
        assert not queries.may_open_sites(alliance.bo, now=now), "the depth cap"


@pytest.mark.parametrize("percent", ["-1", "50.0001", "100"])
def test_an_odd_platform_fee_is_refused_and_nothing_changes(
    alliance: Alliance, percent: str
) -> None:
    level = terms.level(alliance.hub)
    with use(alliance.hub):
        with pytest.raises(BadPlatformFee):
            service.set_platform_fee(alliance.hub, level.id, Percent.of(percent), actor=SYSTEM)
        assert queries.level(alliance.hub, level.id) == level


def test_an_agent_keeps_no_fee_and_another_masters_level_is_not_there(alliance: Alliance) -> None:
    own, masters = terms.level(alliance.ada), terms.level(alliance.hub)
    with use(alliance.ada):
        with pytest.raises(FeeIsTheMasters):
            service.set_platform_fee(alliance.ada, own.id, Percent.of("2"), actor=SYSTEM)
        assert queries.level(alliance.ada, own.id) == own
    with use(alliance.hub):
        with pytest.raises(NoSuchLevel):
            service.set_platform_fee(alliance.hub, own.id, Percent.of("2"), actor=SYSTEM)
        assert queries.level(alliance.hub, masters.id) == masters
