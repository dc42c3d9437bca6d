"""What must be true of a database before the first process starts: its shape, and the sample."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

from kameng.config import ROLES
from kameng.faces.worker.refused import StartRefused
from kameng.kit import clock
from migrations import run
from tenants import registry
from tenants.context import shared
from tenants.database import engines

if TYPE_CHECKING:
    from types import ModuleType

    from kameng.config import Settings
    from kameng.faces.worker.founding import Founder

_SAMPLE = "kameng.faces.worker.sample"
_UNFINISHED = "sample.unfinished"


def migrate(chosen: Settings) -> None:
    """Roles, schemas and spares brought to the head; cheap when they are there already."""
    passwords = {name: chosen.role_password(role) for role, name in ROLES.items()}
    run.to_head(chosen.database_url, passwords, now=clock.now())


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


def found(chosen: Settings, slug: str, name: str, founder: Founder) -> None:
    """Migrate, and open the master site `slug` with its first operator."""
    from kameng import wiring
    from kameng.faces.worker import founding

    migrate(chosen)
    wiring.connect(chosen)
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
