"""Own domains in tests: a name server and a web server on loopback that say what a test decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from kameng.domains.agents.hostnames import proofs, queries, service
from kameng.domains.agents.hostnames.rules import Claim
from kameng.kit import calls, clock, fetch, names
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import fileserver, nameserver
from tests.support.fileserver import Files
from tests.support.nameserver import Zone


@dataclass
class World:
    """The internet as this machine plays it."""

    zone: Zone
    files: Files

    def prove(self, claim: Claim) -> None:
        """The owner writes the entry into the DNS."""
        self.zone.texts[claim.entry] = [claim.token]

    def forget(self, claim: Claim) -> None:
        """The entry goes, and the files with it."""
        self.zone.texts.pop(claim.entry, None)
        self.files.texts = {
            at: text for at, text in self.files.texts.items() if at[0] != claim.host
        }

    def lead_here(self, tenant: Tenant, *hosts: str) -> None:
        """The hosts lead to a server that answers as ours does for this site."""
        for host in hosts:
            self.zone.addresses[host] = ["127.0.0.1"]
            self.files.texts[host, proofs.HERE] = proofs.mark(tenant.id, host)


@contextmanager
def world() -> Iterator[World]:
    """Both servers, and the tools told to ask them and nobody else."""
    with nameserver.serving() as zone, fileserver.serving() as files:
        names.configure((zone.address,))
        fetch.configure(files.port)
        try:
            yield World(zone, files)
        finally:
            names.configure(())
            fetch.configure(None)


def claimed(tenant: Tenant, host: str, *, now: datetime | None = None) -> Claim:
    """The site's claim to a host, committed."""
    held_by = registry.by_host(host)
    with use(tenant):
        made = service.add(tenant, host, held_by=held_by, actor=SYSTEM, now=now or clock.now())
        session.commit()
    return made


def looked_at(tenant: Tenant, host: str, *, now: datetime | None = None) -> Claim:
    """The claim after one look, committed."""
    with use(tenant):
        after = calls.run(service.check(tenant, host, now=now or clock.now()))
        session.commit()
    return after


def proven(world: World, tenant: Tenant, host: str) -> Claim:
    """A host of the site, proven and leading here."""
    claim = claimed(tenant, host)
    world.prove(claim)
    world.lead_here(tenant, host)
    return looked_at(tenant, host)


def main(tenant: Tenant, host: str) -> None:
    """Make a host the main one, committed."""
    with use(tenant):
        service.make_main(tenant, host, actor=SYSTEM)
        session.commit()


def names_of(tenant: Tenant) -> queries.Hosts:
    """The names of a site."""
    with use(tenant):
        return queries.hosts(tenant)


def give_up(tenant: Tenant) -> None:
    """The site holds no domain any more, committed."""
    with use(tenant):
        for claim in queries.claims_of(tenant):
            service.remove(tenant, claim.host, actor=SYSTEM)
        session.commit()
