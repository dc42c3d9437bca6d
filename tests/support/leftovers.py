"""What other tests left waiting, put away for a test that looks at a whole queue or runs the
processes that work on all of them."""

from __future__ import annotations

import rq
from sqlalchemy import Engine

from kameng.kit import cache, jobs

_PUT_AWAY = (
    "UPDATE shared.outbox SET done_at = not_before WHERE done_at IS NULL",
    "UPDATE shared.inbox SET state = 'done' WHERE state = 'new'",
    "UPDATE shared.own_domain SET next_check_at = NULL",
    "DELETE FROM shared.due",
)


def put_away(owner: Engine) -> None:
    """Nothing waits any more: no job, no event, no notification, nothing due, no look at a host."""
    for queue in jobs.QUEUES:
        rq.Queue(queue, connection=cache.client()).empty()
    with owner.connect() as line:
        for statement in _PUT_AWAY:
            line.exec_driver_sql(statement)
