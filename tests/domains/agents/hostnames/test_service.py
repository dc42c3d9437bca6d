"""Own domains: whoever proves a host has it, whoever does not is in nobody's way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from kameng.domains.agents.hostnames import service
from kameng.domains.agents.hostnames.errors import (
    DomainNotHere,
    DomainNotProven,
    DomainsNotAllowed,
    DomainTaken,
    NoSuchDomain,
    TooManyDomains,
)
from kameng.domains.agents.hostnames.rules import MOST_DOMAINS, Fault, Method, State
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.errors import Refusal
from tenants import registry
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import hosts
from tests.support.hosts import World
from tests.support.worlds import Alliance

pytestmark = pytest.mark.usefixtures("tools")
DAY = timedelta(days=1)


def rows(owner: Engine) -> list[object]:
    """Everything that stands in the two tables."""
    with owner.begin() as connection:
        queries = (
            "SELECT t::text FROM shared.own_domain t",
            "SELECT t::text FROM shared.hostname t",
        )
        return [sorted(connection.execute(text(one)).scalars()) for one in queries]


def refused(owner: Engine, kind: type[Refusal], tenant: Tenant, act: object) -> Refusal:
    """The act is refused by name and nothing has moved."""
    before = rows(owner)
    with use(tenant), pytest.raises(kind) as refusal:
        act()  # type: ignore[operator]
    assert rows(owner) == before
    return refusal.value


def test_a_claim_alone_leads_nowhere(world: World, family: Alliance, host: str) -> None:
    claim = hosts.claimed(family.ada, host)
    assert claim.state is State.PENDING
    assert len(claim.token) == 43
    assert registry.by_host(host) is None
    assert hosts.claimed(family.ada, host).token == claim.token


def test_a_dns_entry_proves_a_host(world: World, family: Alliance, host: str) -> None:
    claim = hosts.claimed(family.ada, host)
    assert hosts.looked_at(family.ada, host).fault is Fault.NO_ENTRY
    world.zone.texts[claim.entry] = ["something else", "v=spf1 -all"]
    assert hosts.looked_at(family.ada, host).fault is Fault.OTHER_ENTRY
    assert registry.by_host(host) is None
    world.prove(claim)
    done = hosts.looked_at(family.ada, host)
    assert (done.state, done.method, done.reached) == (State.PROVEN, Method.DNS, False)
    found = registry.by_host(host)
    assert found is not None
    assert found.id == family.ada.id


def test_a_file_proves_a_host(world: World, family: Alliance, host: str) -> None:
    claim = hosts.claimed(family.ada, host)
    world.zone.addresses[host] = ["127.0.0.1"]
    world.files.texts[host, claim.file_path] = f"<p>{claim.token}</p>"
    assert hosts.looked_at(family.ada, host).state is State.PENDING
    world.files.texts[host, claim.file_path] = f"{claim.token}\n"
    done = hosts.looked_at(family.ada, host)
    assert (done.state, done.method) == (State.PROVEN, Method.FILE)


def test_another_sites_token_proves_nothing(world: World, family: Alliance, host: str) -> None:
    mine, theirs = hosts.claimed(family.ada, host), hosts.claimed(family.hub, host)
    assert mine.token != theirs.token
    world.prove(theirs)
    assert hosts.looked_at(family.ada, host).state is State.PENDING
    assert hosts.looked_at(family.hub, host).state is State.PROVEN
    found = registry.by_host(host)
    assert found is not None
    assert found.id == family.hub.id


def test_a_proven_host_is_nobody_elses(
    world: World, family: Alliance, owner: Engine, host: str
) -> None:
    late = hosts.claimed(family.hub, host)
    hosts.proven(world, family.ada, host)
    world.zone.texts[late.entry].append(late.token)
    beaten = hosts.looked_at(family.hub, host)
    assert (beaten.state, beaten.fault) == (State.PENDING, Fault.TAKEN)
    found = registry.by_host(host)
    assert found is not None
    assert found.id == family.ada.id
    now = clock.now()
    refused(
        owner,
        DomainTaken,
        family.bo,
        lambda: service.add(family.hub, host, held_by=found, actor=SYSTEM, now=now),
    )


def test_a_lost_host_leads_nowhere_and_may_be_anothers(
    world: World, family: Alliance, host: str
) -> None:
    claim = hosts.proven(world, family.ada, host)
    hosts.main(family.ada, host)
    assert registry.by_host(host).host == host  # type: ignore[union-attr]
    world.forget(claim)
    start = clock.now()
    states = [hosts.looked_at(family.ada, host, now=start + DAY * n).state for n in (1, 2, 3)]
    assert states == [State.PROVEN, State.PROVEN, State.LOST]
    assert registry.by_host(host) is None
    home = hosts.names_of(family.ada).home
    assert hosts.names_of(family.ada).main == home
    assert registry.by_host(home).host == home  # type: ignore[union-attr]
    assert hosts.proven(world, family.hub, host).state is State.PROVEN
    world.zone.texts[claim.entry].append(claim.token)
    assert hosts.looked_at(family.ada, host).fault is Fault.TAKEN


def test_only_what_is_proven_and_leads_here_becomes_the_main_address(
    world: World, family: Alliance, owner: Engine, host: str
) -> None:
    ada = family.ada
    claim = hosts.claimed(ada, host)
    refused(owner, DomainNotProven, ada, lambda: service.make_main(ada, host, actor=SYSTEM))
    world.prove(claim)
    hosts.looked_at(ada, host)
    refused(owner, DomainNotHere, ada, lambda: service.make_main(ada, host, actor=SYSTEM))
    world.lead_here(ada, host)
    hosts.looked_at(ada, host)
    hosts.main(ada, host)
    assert hosts.names_of(ada).main == host
    home = hosts.names_of(ada).home
    assert registry.by_host(home).host == host  # type: ignore[union-attr]
    hosts.main(ada, home)
    assert registry.by_host(host).host == home  # type: ignore[union-attr]


def test_a_main_address_that_leads_elsewhere_steps_back(
    world: World, family: Alliance, host: str
) -> None:
    hosts.proven(world, family.ada, host)
    hosts.main(family.ada, host)
    world.files.texts[host, "/.well-known/kameng-here"] = "parked"
    for _ in range(3):
        gone = hosts.looked_at(family.ada, host)
    assert not gone.reached
    names = hosts.names_of(family.ada)
    assert (names.main, gone.state) == (names.home, State.PROVEN)


def test_while_we_are_away_ourselves_no_main_address_steps_back(
    world: World, family: Alliance, host: str
) -> None:
    hosts.proven(world, family.ada, host)
    hosts.main(family.ada, host)
    world.zone.silent.add(host)
    from kameng.kit import fetch, names

    names.SECONDS, usual = 0.1, names.SECONDS
    fetch.configure(9)
    try:
        for _ in range(4):
            assert hosts.looked_at(family.ada, host).reached
        world.zone.silent.discard(host)
        for _ in range(4):
            assert hosts.looked_at(family.ada, host).reached
    finally:
        names.SECONDS = usual
        fetch.configure(world.files.port)
    assert hosts.names_of(family.ada).main == host


def test_a_removed_host_leads_nowhere_and_the_shop_has_its_name_again(
    world: World, family: Alliance, host: str
) -> None:
    hosts.proven(world, family.ada, host)
    hosts.main(family.ada, host)
    with use(family.ada):
        assert service.remove(family.ada, host, actor=SYSTEM)
        session.commit()
    assert registry.by_host(host) is None
    names = hosts.names_of(family.ada)
    assert names.main == names.home
    assert host not in [claim.host for claim in names.claims]


def test_the_name_below_the_platform_cannot_be_removed_or_looked_at(
    world: World, family: Alliance, owner: Engine
) -> None:
    ada = family.ada
    home = hosts.names_of(ada).home
    refused(owner, NoSuchDomain, ada, lambda: service.remove(ada, home, actor=SYSTEM))
    refused(owner, NoSuchDomain, ada, lambda: service.check(ada, home, now=clock.now()))


def test_a_package_without_own_domains_allows_none(
    world: World, family: Alliance, owner: Engine, host: str
) -> None:
    now = clock.now()
    refused(
        owner,
        DomainsNotAllowed,
        family.bo,
        lambda: service.add(family.bo, host, held_by=None, actor=SYSTEM, now=now),
    )


def test_a_site_has_so_many_domains_and_no_more(
    world: World, family: Alliance, owner: Engine, host: str
) -> None:
    hub, now = family.hub, clock.now()
    for number in range(MOST_DOMAINS - len(hosts.names_of(hub).claims)):
        hosts.claimed(hub, f"n{number}.{host}")
    refused(
        owner,
        TooManyDomains,
        hub,
        lambda: service.add(hub, host, held_by=None, actor=SYSTEM, now=now),
    )


@pytest.mark.parametrize("name", ["hub", "bo"])
def test_a_site_sees_and_changes_no_claim_of_another(
    world: World, family: Alliance, owner: Engine, host: str, name: str
) -> None:
    hosts.proven(world, family.ada, host)
    other: Tenant = getattr(family, name)
    assert host not in [claim.host for claim in hosts.names_of(other).claims]
    acts = (
        lambda: service.remove(other, host, actor=SYSTEM),
        lambda: service.check(other, host, now=clock.now()),
        lambda: service.make_main(other, host, actor=SYSTEM),
    )
    for act in acts:
        refused(owner, NoSuchDomain, other, act)


def test_a_name_that_was_sold_does_not_stay_the_sellers_by_a_file_we_serve(
    world: World, family: Alliance, host: str
) -> None:
    """The buyer has a shop here too, leads the name here and writes her own entry."""
    claim, now = hosts.proven(world, family.ada, host), clock.now()
    world.files.texts[host, claim.file_path] = claim.token
    world.zone.texts.pop(claim.entry)
    again = hosts.looked_at(family.ada, host, now=now)
    assert (again.method, again.failures) == (Method.FILE, 0)
    world.zone.texts[claim.entry] = ["the buyer's"]
    looks = [hosts.looked_at(family.ada, host, now=now + DAY * number) for number in range(3)]
    assert [look.state for look in looks] == [State.PROVEN, State.PROVEN, State.LOST]
    assert looks[0].fault is Fault.OTHER_ENTRY
    assert hosts.claimed(family.hub, host).state is State.PENDING
