"""Running what follows from events: each reaction once, with the note that it ran.

The events of one site that wait together run in one transaction, because a transaction costs more
than most reactions do. If anything in it fails it is undone whole, and each runs in one of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kameng.faces.worker import queues, sites
from kameng.faces.worker.queues import Announced
from kameng.kit import calls, clock, once
from kameng.kit.calls import Call
from kameng.kit.events import Event, unpack
from kameng.kit.once import Mark
from kameng.reactions import book
from tenants import registry
from tenants.database import session
from tenants.proof import use_proven
from tenants.tree import Tenant

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One reaction to one event."""

    announced: Announced
    event: Event
    reaction: book.Reaction

    @property
    def mark(self) -> Mark:
        return self.announced.id, book.name_of(self.reaction)


def react(events: Sequence[Announced]) -> None:
    """Run the reactions to events of one site, in the order they were announced."""
    tenant = sites.by_id(events[0].tenant_id)
    done = [one.id for one in events]
    if tenant is not None and tenant.state == registry.BEHIND:
        done = _left_for_its_migration(events)
    elif tenant is not None and not _together(tenant, events):
        done = [one.id for one in events if _alone(tenant, one)]
    if done:
        queues.events_done(done, clock.now())


def _left_for_its_migration(events: Sequence[Announced]) -> list[UUID]:
    """This code cannot read the site's schema yet: nothing is tried on it, and none is done."""
    for one in events:
        said = "the schema of the site is behind"
        queues.event_failed(one, said, clock.now(), at_most=queues.SOON)
    return []


def _together(tenant: Tenant, events: Sequence[Announced]) -> bool:
    """All of them in one transaction; False when something failed and nothing stands."""
    if len(events) == 1:
        return False
    try:
        _run(tenant, [step for one in events for step in _steps(one)])
    except Exception as error:  # noqa: BLE001 - whoever it was is found out one by one
        _log.info("%s events run one by one: %s", len(events), type(error).__name__)
        return False
    return True


def _alone(tenant: Tenant, announced: Announced) -> bool:
    """Every reaction to one event in its own transaction; False when it must be tried again."""
    try:
        for step in _steps(announced):
            _run(tenant, [step])
    except Exception as error:  # noqa: BLE001 - one event must not stop the others
        _log.exception("event %s %s failed", announced.name, announced.id)
        queues.event_failed(announced, f"{type(error).__name__}: {error}", clock.now())
        return False
    return True


def _steps(announced: Announced) -> list[Step]:
    event = unpack(announced.name, announced.payload)
    return [Step(announced, event, reaction) for reaction in book.reactions_to(event)]


def _run(tenant: Tenant, steps: Sequence[Step]) -> None:
    """The steps that have not run yet, in one transaction; questions to outside follow it."""
    if not steps:
        return
    with use_proven(tenant):
        fresh = once.first_times(tenant, [step.mark for step in steps])
        waiting = _effects(tenant, [step for step in steps if step.mark in fresh])
        session.commit()
        for call in waiting:
            calls.run(call)
            session.commit()


def _effects(tenant: Tenant, steps: Iterable[Step]) -> list[Call[Any, Any]]:
    found = [step.reaction(tenant, step.event, clock.now()) for step in steps]
    return [call for call in found if call is not None]
