"""Terms that run out close the shop, and the parent may let it go on."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask

from kameng.domains.terms import queries, service
from kameng.faces.worker import trials
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import desk, terms
from tests.support.worlds import Alliance

TRIAL = 7
AFTER = timedelta(days=TRIAL + 1)


def state_of(site: Tenant) -> str:
    with shared():
        found = registry.by_id(site.id)
    assert found
    return found.state


def test_a_trial_that_is_over_suspends_its_site_and_no_other(alliance: Alliance) -> None:
    terms.bind(alliance.ada, terms.package(alliance.hub, trial_days=TRIAL))
    terms.bind(alliance.bo, terms.package(alliance.ada))
    trials.end(clock.now())
    assert state_of(alliance.ada) == "live"
    trials.end(clock.now() + AFTER)
    assert state_of(alliance.ada) == "suspended"
    assert state_of(alliance.bo) == "live"


def test_the_parent_lets_a_site_go_on_after_its_trial(app: Flask, alliance: Alliance) -> None:
    terms.bind(alliance.ada, terms.package(alliance.hub, trial_days=TRIAL))
    with time_machine.travel(clock.now() + AFTER):
        trials.end(clock.now())
        hub = desk.at(alliance, alliance.hub)
        assert hub.post(f"sites/{alliance.ada.id}/state", state="live").status_code == 303
        assert state_of(alliance.ada) == "live"
        trials.end(clock.now())
    assert state_of(alliance.ada) == "live"


def test_letting_a_site_go_on_leaves_a_trial_under_way_alone(alliance: Alliance) -> None:
    terms.bind(alliance.ada, terms.package(alliance.hub, trial_days=TRIAL))
    with use(alliance.hub):
        service.let_go_on(alliance.hub, alliance.ada.id, actor=SYSTEM, now=clock.now())
        session.commit()
    with shared():
        assert alliance.ada.id in queries.ended(clock.now() + AFTER)
