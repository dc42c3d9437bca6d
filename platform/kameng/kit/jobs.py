"""Slow work on rq: enqueued after the commit, run inside its tenant and one transaction."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import rq
from sqlalchemy import event
from sqlalchemy.orm import Session

from kameng.kit import cache
from tenants import registry
from tenants.context import at, shared
from tenants.database import session
from tenants.proof import use_proven
from tenants.tree import MAIN, Tenant

QUEUES = ("fast", "slow")
WHEN_MIGRATED = rq.Retry(max=7 * 24 * 60, interval=60)
"""What a job answers whose site's schema this code cannot read yet: again in a minute, for a week.
Tries that end in an error are counted apart, and are few."""
_WAITING = "kameng_jobs"


def job(*, queue: str = "slow") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make f(tenant, …) runnable by a worker as f(tenant_id, …).

    A job that takes long may yield: what it did until then is committed, and what comes after is
    another transaction.
    """
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue!r}")

    def wrap(work: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(work)
        def run(tenant_id: int, *args: Any, cell: str = MAIN, **kwargs: Any) -> Any:
            with at(cell):
                return _inside(tenant_id, work, args, kwargs)

        run.queue = queue  # type: ignore[attr-defined]
        return run

    return wrap


def _inside(
    tenant_id: int, work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    with shared():
        tenant = registry.by_id(tenant_id)
    if tenant is None:
        return None
    if tenant.state == registry.BEHIND:
        return WHEN_MIGRATED
    with use_proven(tenant):
        result = work(tenant, *args, **kwargs)
        if isinstance(result, Iterator):
            for _ in result:
                session.commit()
            result = None
        session.commit()
    return result


def enqueue(work: Callable[..., Any], tenant: Tenant, *args: Any, key: str) -> None:
    """Queue a job when the current transaction commits; `key` makes twice once in the queue."""
    waiting = session().info.setdefault(_WAITING, [])
    waiting.append((work, tenant, args, f"{tenant.id}-{key}"))


@event.listens_for(Session, "after_commit")
def _flush(done: Session) -> None:
    if done.in_nested_transaction():
        return
    for work, tenant, args, key in done.info.pop(_WAITING, []):
        queue = rq.Queue(work.queue, connection=cache.client())
        queue.enqueue(
            work,
            tenant.id,
            *args,
            **_elsewhere(tenant),
            job_id=key,
            result_ttl=0,
            failure_ttl=7 * 86400,
            retry=rq.Retry(max=5, interval=[10, 30, 120, 600, 3600]),
        )


def _elsewhere(tenant: Tenant) -> dict[str, str]:
    """The cell of a site, where it is not the one every worker begins in."""
    return {} if tenant.cell == MAIN else {"cell": tenant.cell}


@event.listens_for(Session, "after_rollback")
def _drop(gone: Session) -> None:
    gone.info.pop(_WAITING, None)
