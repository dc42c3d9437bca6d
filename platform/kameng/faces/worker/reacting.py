"""Running what follows from an event: each reaction in its own transaction, once."""

from __future__ import annotations

import logging

from kameng.faces.worker import queues, sites
from kameng.faces.worker.queues import Announced
from kameng.kit import calls, clock, once
from kameng.kit.events import unpack
from kameng.reactions import book
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant

_log = logging.getLogger(__name__)


def react(events: list[Announced]) -> None:
    """Run the reactions to events of one site, in the order they were announced."""
    done = []
    for event in events:
        try:
            _react_to(event)
        except Exception as error:  # noqa: BLE001 - one event must not stop the others
            _log.exception("event %s %s failed", event.name, event.id)
            queues.event_failed(event, f"{type(error).__name__}: {error}", clock.now())
        else:
            done.append(event.id)
    if done:
        queues.events_done(done, clock.now())


def _react_to(announced: Announced) -> None:
    tenant = sites.by_id(announced.tenant_id)
    if tenant is None:
        return
    event = unpack(announced.name, announced.payload)
    for reaction in book.reactions_to(event):
        with use(tenant):
            run_once(tenant, announced, event, reaction)


def run_once(tenant: Tenant, announced: Announced, event: object, reaction: book.Reaction) -> None:
    """One reaction in one transaction with the note that it ran; a Call follows the commit."""
    if not once.first_time(tenant, announced.id, book.name_of(reaction)):
        session.rollback()
        return
    call = reaction(tenant, event, clock.now())
    if call is not None:
        calls.run(call)
    session.commit()
