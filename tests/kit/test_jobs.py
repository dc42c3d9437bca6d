"""Slow work waits for a site whose schema is behind, instead of failing until it is lost."""

from __future__ import annotations

import pytest
import rq
from rq.registry import ScheduledJobRegistry
from sqlalchemy import Engine

from kameng.kit import cache, ids, jobs
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
