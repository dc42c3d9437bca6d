"""The rq entry that works at a what-if for a while, then lets others have their turn."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from kameng.domains.pricing.whatif import running
from kameng.kit import clock, ids
from kameng.kit.jobs import enqueue, job
from tenants.tree import Tenant

TURN = 20.0
"""Seconds: far less than a job may take, and little enough for a mail to wait."""


def soon(tenant: Tenant, what_if_id: UUID) -> None:
    """Queue a turn at one what-if."""
    enqueue(go_on, tenant, str(what_if_id), key=f"what-if-{what_if_id}-{ids.token(6)}")


@job(queue="slow")
def go_on(tenant: Tenant, what_if: str) -> Iterator[None]:
    """One turn of one step at least; what is left when it is over waits behind the others."""
    until, begun = clock.steady() + TURN, None
    for progress in running.steps(tenant, UUID(what_if), clock=clock.now):
        begun = progress.done if begun is None else begun
        if begun < progress.done < progress.all and clock.steady() > until:
            soon(tenant, UUID(what_if))
            return
        yield
