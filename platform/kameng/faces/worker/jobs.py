"""The rq worker: long and slow work, one job after the other in this process.

A forking worker pays 25-42 ms per job; jobs here are ours and idempotent, so none is forked.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kameng import wiring
from kameng.kit import cache
from kameng.kit.jobs import QUEUES

if TYPE_CHECKING:
    from kameng.config import Settings


def run(chosen: Settings) -> None:
    """Work on all queues until told to stop; retries are scheduled from here as well."""
    from rq import SimpleWorker

    wiring.connect(chosen)
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    worker = SimpleWorker(list(QUEUES), connection=cache.client())
    worker.work(with_scheduler=True, logging_level="WARNING")
