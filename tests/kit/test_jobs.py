"""Slow work waits for a site whose schema is behind, instead of failing until it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import rq
from rq.registry import ScheduledJobRegistry
from sqlalchemy import Engine, text

from kameng.kit import cache, clock, due, ids, jobs
from migrations import run
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.worlds import Alliance

seen: list[tuple[int, str]] = []


@jobs.job(queue="fast")
def note(tenant: Tenant, word: str) -> None:
    """A job that leaves a mark in this process."""
    seen.append((tenant.id, word))


@jobs.job(queue="fast")
def walk_far(tenant: Tenant, key: str) -> Iterator[None]:
    """A job of two steps that stumbles in the third."""
    for step in (1, 2, 3):
        due.at(tenant, "test.step", f"{key}-{step}", clock.now() + timedelta(days=1))
        if step == 3:
            raise RuntimeError("stumbled")
        yield


@pytest.fixture
def queue() -> rq.Queue:
    seen.clear()
    made = rq.Queue("fast", connection=cache.client())
    made.empty()
    return made


def worked(queue: rq.Queue) -> None:
    rq.SimpleWorker([queue], connection=queue.connection).work(burst=True)


def test_a_job_of_a_site_whose_schema_is_behind_is_done_after_its_migration(
    alliance: Alliance, owner: Engine, queue: rq.Queue
) -> None:
    site, key = alliance.ada, ids.token(6)
    state = "UPDATE shared.tenant_schema_state SET revision = %s WHERE schema_name = %s"
    with owner.connect() as line:
        line.exec_driver_sql(state, ("t0001", site.schema))
        try:
            with use(site):
                jobs.enqueue(note, site, "written", key=key)
                session.commit()
            worked(queue)
            later = ScheduledJobRegistry(queue=queue)
            assert (seen, later.get_job_ids()) == ([], [f"{site.id}-{key}"])
            waiting = queue.fetch_job(f"{site.id}-{key}")
            assert waiting is not None
            assert waiting.retries_left == 5
        finally:
            line.exec_driver_sql(state, (run.head("tenant"), site.schema))
    later.remove(waiting)
    queue._enqueue_job(waiting)
    worked(queue)
    assert seen == [(site.id, "written")]
    assert queue.fetch_job(waiting.id) is None


def test_a_job_that_yields_keeps_what_it_did_before_it_stumbled(alliance: Alliance) -> None:
    key = ids.token(6)
    with pytest.raises(RuntimeError):
        walk_far(alliance.ada.id, key)
    left = text("SELECT key FROM shared.due WHERE key LIKE :key ORDER BY key")
    with use(alliance.ada):
        kept = session.scalars(left, {"key": f"{key}%"}).all()
        for one in kept:
            due.cancel(alliance.ada, "test.step", one)
        session.commit()
    assert kept == [f"{key}-1", f"{key}-2"]
