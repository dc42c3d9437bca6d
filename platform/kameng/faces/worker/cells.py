"""The cells of a deployment, for those who set them up and those who go round them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from kameng.faces.worker.refused import StartRefused
from migrations import cells as books
from tenants.context import at
from tenants.database import connect_engine, engines
from tenants.tree import MAIN

if TYPE_CHECKING:
    from datetime import datetime

    from kameng.config import Settings

PAUSE = 5.0
"""Seconds before a cell whose database did not answer is asked again."""
_log = logging.getLogger(__name__)


def take_in(chosen: Settings, name: str, *, now: datetime) -> None:
    """Give a migrated database its place among the cells, and main's directory what it holds."""
    with _owner(chosen, MAIN) as main, _owner(chosen, name) as database:
        books.join(main, main, MAIN, now=now)
        books.join(main, database, name, now=now)
        clashes = [*books.write_down(main, main, MAIN), *books.write_down(main, database, name)]
    if clashes:
        raise StartRefused("is held twice: " + "; ".join(str(one) for one in clashes))


@contextmanager
def _owner(chosen: Settings, cell: str) -> Iterator[Engine]:
    engine = connect_engine(chosen.role_url("owner", cell), pool_size=1)
    try:
        yield engine
    finally:
        engine.dispose()


def go_round(work: Callable[[str], None], *, stop: Callable[[], None]) -> None:
    """Do `work(cell)` for every cell, each in a thread of its own: one that hangs or is away keeps
    no other waiting. Main's is this thread; the rest is waited for when it returns.

    Where one ends, by an error too, `stop` is to end the others, and the error is raised: a process
    that lives on in part would be started anew by nobody.
    """
    failed: list[Exception] = []

    def inside(cell: str) -> None:
        try:
            with at(cell):
                work(cell)
        except Exception as error:  # noqa: BLE001 - raised below, when all have ended
            failed.append(error)
        finally:
            stop()

    others = [
        threading.Thread(target=inside, args=(cell,), name=f"cell-{cell}")
        for cell in engines.cells()
        if cell != MAIN
    ]
    for thread in others:
        thread.start()
    inside(MAIN)
    for thread in others:
        thread.join()
    if failed:
        raise failed[0]


class Patience:
    """Lets a loop outlive its database: what it could not do is said once, and tried again."""

    def __init__(self, cell: str, stopping: threading.Event) -> None:
        self.cell, self.stopping = cell, stopping
        self.away = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Around one turn of the loop."""
        try:
            yield
        except DBAPIError as error:
            if not self.away:
                reason = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
                _log.warning("the database of cell %s does not answer: %s", self.cell, reason[0])
            self.away = True
            self.stopping.wait(PAUSE)
        else:
            if self.away:
                _log.warning("the database of cell %s answers again", self.cell)
            self.away = False
