"""What must be true of a database before the first process starts: its shape, and the sample."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING

from kameng.config import ROLES
from kameng.faces.worker import cells, migrating, refused
from kameng.faces.worker.refused import StartRefused
from kameng.kit import clock
from tenants import registry
from tenants.context import at, shared
from tenants.database import engines
from tenants.tree import MAIN

if TYPE_CHECKING:
    from types import ModuleType

    from kameng.config import Settings
    from kameng.faces.worker.founding import Founder

_SAMPLE = "kameng.faces.worker.sample"
_UNFINISHED = "sample.unfinished"


def migrate(chosen: Settings, *, workers: int | None = None) -> bool:
    """Roles, schemas and spares of every cell brought to the head; cheap when they are there.

    False when something is left to be done, which has been said; a cell that is away keeps
    neither main nor another cell from its turn.
    """
    well = _brought(chosen, MAIN, workers)
    for name, url in chosen.cells:
        try:
            well = _brought(chosen, name, workers) and well
            cells.take_in(chosen, name, now=clock.now())
        except refused.expected() as error:
            print(f"Cell {name}: {refused.sentence(error, database_url=url)}", file=sys.stderr)
            well = False
    return well


def _brought(chosen: Settings, cell: str, workers: int | None) -> bool:
    passwords = {name: chosen.role_password(role) for role, name in ROLES.items()}
    url = chosen.databases[cell]
    return migrating.one(
        cell, url, passwords, spares=chosen.spares, limit=chosen.tenant_limit, workers=workers
    )


def load_sample_once(chosen: Settings, password: str) -> bool:
    """Load the sample alliance into an empty development deployment; True if that was done.

    A load that was cut off is taken up again at the next start: every step of it is idempotent.
    """
    mark = chosen.home / _UNFINISHED
    try:
        if not chosen.development or not (mark.exists() or _empty(chosen)) or not _shipped():
            return False
        load_sample(chosen, password)
    finally:
        engines.dispose()
    return True


def load_sample(chosen: Settings, password: str) -> None:
    """Load the sample alliance now, beside whatever is there; never in production."""
    from kameng import wiring

    if not chosen.development:
        raise StartRefused("The sample alliance is for development only.")
    mark = chosen.home / _UNFINISHED
    mark.touch()
    wiring.connect(chosen)
    sample("loading").load(password=password, now=clock.now())
    mark.unlink()


def found(chosen: Settings, slug: str, name: str, founder: Founder, *, cell: str = MAIN) -> None:
    """Migrate, and open the master site `slug` with its first operator in one of the cells."""
    from kameng import wiring
    from kameng.faces.worker import founding

    if cell not in chosen.databases:
        known = ", ".join(chosen.databases)
        raise StartRefused(f"There is no cell {cell!r} (KAMENG_CELLS); there is: {known}.")
    migrate(chosen)
    wiring.connect(chosen)
    with at(cell):
        site = founding.found(slug, name, founder, now=clock.now())
    print(f"{site.name}: {chosen.address(chosen.host(site.slug))}")
    print(f"console: {chosen.address(chosen.host('console'))}")


def sample(part: str) -> ModuleType:
    """One module of the sample, imported only when it is asked for: `loading` is heavy."""
    if not _shipped():
        raise StartRefused("This installation has no sample alliance.")
    return importlib.import_module(f"{_SAMPLE}.{part}")


def _shipped() -> bool:
    return importlib.util.find_spec(_SAMPLE) is not None


def _empty(chosen: Settings) -> bool:
    engines.configure(chosen.role_urls(), pool_size=1)
    with shared():
        return not registry.all_slugs()
