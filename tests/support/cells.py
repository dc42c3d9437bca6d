"""A deployment of two cells for tests: main is the run's own database, east a server beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from kameng import wiring
from kameng.config import Settings
from kameng.domains.catalog.facts import SkuFacts
from kameng.faces.worker import founding, setting_up
from kameng.faces.worker.founding import Founder
from kameng.kit import clock
from kameng.kit.embedded import postgres
from tenants.context import at, use
from tenants.database import session
from tenants.tree import MAIN, Tenant
from tests.support import catalog
from tests.support.accounts import PASSWORD
from tests.support.worlds import HostClient

EAST = "east"


@dataclass(frozen=True)
class Shop:
    """A master site, what it sells, and the login of its operator."""

    site: Tenant
    sku: SkuFacts
    operator: str


@dataclass
class TwoCells:
    """Both cells in this process, each with one alliance that has one thing to sell."""

    settings: Settings
    app: Flask
    folder: Path
    server: postgres.Server
    west: Shop
    east: Shop

    def client(self, host: str) -> HostClient:
        """A browser on a host, given as a slug or a platform face."""
        return HostClient(self.app, self.app.response_class, host=self.settings.host(host))

    def east_goes(self) -> None:
        """The database of cell east is gone."""
        self.server.stop()

    def east_comes(self) -> None:
        """It is back, at the same address."""
        port = int(self.server.url_admin.rsplit(":", 1)[1].split("/")[0])
        self.server = postgres.start(self.folder, port=port, durable=False)


@contextmanager
def two(usual: Settings, app: Flask) -> Iterator[TwoCells]:
    """Set up cell east beside the run's own database; afterwards the run has one cell again."""
    with tempfile.TemporaryDirectory(prefix="kameng-east-", ignore_cleanup_errors=True) as home:
        folder = Path(home) / "postgres"
        server = postgres.start(folder, durable=False)
        chosen = replace(usual, cells=((EAST, server.url_admin),), spares=3)
        try:
            assert setting_up.migrate(chosen)
            wiring.connect(chosen)
            west, east = _founded(chosen, "westa", MAIN), _founded(chosen, "easta", EAST)
            made = TwoCells(chosen, app, folder, server, west, east)
            yield made
            server = made.server
        finally:
            wiring.connect(usual)
            server.stop()


def founder(login: str) -> Founder:
    """The first operator of an alliance."""
    return Founder(login, login, f"{login}@example.com", PASSWORD)


def _founded(chosen: Settings, slug: str, cell: str) -> Shop:
    with at(cell):
        site = founding.found(slug, f"{slug} 主站", founder(f"{slug}-op"), now=clock.now())
    with use(site):
        sku = catalog.sku(site)
        session.commit()
    return Shop(site, sku, f"{slug}-op")
