"""Sites on the old line of a gallery of two, and a roll-out the clock carries forward in steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from kameng.domains.design import queries as design
from kameng.domains.design import service as designs
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rollouts import queries, service
from kameng.domains.design.rollouts.queries import RolloutFacts
from kameng.domains.design.rollouts.service import Plan
from kameng.faces.worker import rollouts
from kameng.kit import cache, clock, ids, tally
from kameng.kit.audit import Actor
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.gallery import NEW, OLD, THEME
from tests.support.worlds import Alliance, Builder
from themes import engine

ASKED = {"id": "asked", "type": "faq", "v": 1, "settings": {"title": "大家常问"}, "blocks": []}
OPERATOR = Actor("staff", "hub-1", "总管", "203.0.113.1")


def dressed(site: Tenant) -> None:
    """The old line with a question list of the site's own, whatever it had."""
    made = engine.start(THEME, "standard", site.name, "#2563eb", OLD)
    made["templates"]["home"]["sections"] = [dict(ASKED)]
    made = engine.normalise(made)
    with use(site):
        first = designs.start(site, made, author="test", now=clock.now())
        designs.replace(site, made, expected=first.id, author="test", now=clock.now())
        session.commit()


def published(site: Tenant, notice: str) -> RevisionFacts:
    """The agent changes something and publishes it."""
    with use(site):
        made = designs.set_site(site, notice=notice, author="agent", now=clock.now())
        session.commit()
    return made


@dataclass
class Fleet:
    """An alliance with a few sites more below its master, and their roll-out."""

    alliance: Alliance
    sites: list[Tenant]
    id: UUID = field(default_factory=ids.uuid7)

    def forget(self, owner: Engine) -> None:
        """As before any roll-out: no counts, everybody on the old line with the first words."""
        tally.send()
        kept = cache.client()
        for key in kept.scan_iter(f"t:{self.hub.id}:drawn:*", count=1000):
            kept.delete(key)
        with owner.begin() as line:
            for table, column in (
                ("theme_rollout", "tenant_id"),
                ("theme_rollout_site", "root_id"),
            ):
                line.exec_driver_sql(f"DELETE FROM shared.{table} WHERE {column} = {self.hub.id}")
            told = "('rollout_stopped','rollout_done','line_left_out','line_put_back','line_kept')"
            mine = ",".join(str(one.id) for one in self.sites)
            line.exec_driver_sql(
                f"DELETE FROM shared.notice WHERE tenant_id IN ({mine}) AND kind IN {told}"
            )
        for site in self.sites:
            dressed(site)

    @property
    def hub(self) -> Tenant:
        return self.alliance.hub

    def facts(self) -> RolloutFacts:
        with use(self.hub):
            return queries.one(self.hub, self.id)

    def states(self) -> dict[str, int]:
        """How many sites stand where."""
        with use(self.hub):
            found = queries.progress(self.id)
        sums: dict[str, int] = {}
        for (_wave, state), count in found.items():
            sums[state.value] = sums.get(state.value, 0) + count
        return sums

    def reasons(self) -> dict[int, tuple[str, str]]:
        with use(self.hub):
            found, _ = queries.sites(self.id)
        return {one.site_id: (one.state.value, one.reason) for one in found}

    def press(self, verb: str) -> None:
        with use(self.hub):
            getattr(service, verb)(self.hub, self.id, actor=OPERATOR, now=clock.now())
            session.commit()

    def plan(self, *, begin: bool = True, **other: Any) -> RolloutFacts:
        """A roll-out to the new line: Hub first, then half, then all; no wait unless given."""
        wish = {
            "theme": THEME,
            "from_line": OLD,
            "to_line": NEW,
            "chosen": (self.hub.id,),
            "percents": (50, 100),
            "wait_minutes": 0,
            "threshold": 200,
            **other,
        }
        with use(self.hub):
            made = service.plan(self.hub, Plan(**wish), actor=OPERATOR, now=clock.now())
            session.commit()
        self.id = made.id
        with shared():
            service.fill(made, now=clock.now())
            session.commit()
        if begin:
            self.press("begin")
        return made

    def tick(self, times: int = 1, now: datetime | None = None) -> None:
        """The clock's turn, so many times; what shops have counted is sent first."""
        tally.send()
        for _ in range(times):
            rollouts.look_after(now or clock.now())

    def until_ended(self, most: int = 20) -> str:
        for _ in range(most):
            if not self.facts().is_open:
                break
            self.tick()
        return self.facts().state.value

    def live(self, site: Tenant) -> tuple[RevisionFacts, str]:
        """What is live, and its contents to compare byte for byte."""
        with use(site):
            facts = design.live_revision(site)
            assert facts
            return facts, repr(design.revision(site, facts.id)[1])

    def lines(self) -> list[str]:
        return [self.live(site)[0].theme_version for site in self.sites]

    def seen(self, site: Tenant, times: int = 1) -> None:
        """Visitors look at the front page."""
        client = self.alliance.client(site)
        for _ in range(times):
            assert client.get("/").status_code == 200


def fleet(builder: Builder) -> Fleet:
    """Hub, Ada, Bo and one more below Hub, all on the old line."""
    alliance = builder.alliance()
    more = builder.site(f"{alliance.hub.slug}s", alliance.hub, "分站")
    made = Fleet(alliance, [alliance.hub, alliance.ada, alliance.bo, more])
    for site in made.sites:
        dressed(site)
    return made
