"""A master site and as many sites below it as are asked for, opened through the doors signup uses,
on schemas that two threads build meanwhile. What is there already is gone on with."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select

from bench import figure
from kameng import wiring
from kameng.config import Settings
from kameng.domains.accounts import passwords
from kameng.domains.agents import service as agents
from kameng.domains.agents.rules import State, Wish
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.terms import queries as terms_queries
from kameng.faces.frame import opening
from kameng.faces.worker import founding
from kameng.kit import clock
from migrations import run
from tenants import registry
from tenants.context import shared, use
from tenants.database import connect_engine, session
from tenants.models import TenantRow
from tenants.tree import Tenant
from tests.support import catalog, terms

MASTER, OPERATOR = "hub", "operator"
SKUS = 24
BUILDERS, AHEAD = 2, 40
SIGNS = "aehktwxy"
"""Letters none of which passes for another, alone or in pairs."""


@dataclass(frozen=True)
class Town:
    """The master site, what it offers, and names nobody has yet."""

    settings: Settings
    hub: Tenant
    package: UUID
    names: Iterator[str]
    hashed: str


@contextmanager
def standing(chosen: Settings) -> Iterator[Town]:
    """The town on `chosen`; what a cut had left half open is finished first."""
    wiring.connect(chosen)
    now = clock.now()
    if not _spares():
        build(chosen, 1)
    founder = founding.Founder(OPERATOR, "Operator", "operator@example.com", "town of many sites 5")
    hub = founding.found(MASTER, "卡盟主站", founder, now=now)
    opening.finish_open_applications(now)
    with use(hub):
        empty = not goods.category_choices(hub)
        offered = terms_queries.packages_on_sale(hub)
    if empty:
        _stock(hub)
    package = (offered[0] if offered else terms.package(hub)).id
    with shared():
        known = set(registry.all_slugs())
    names = (name for name in _names() if name not in known)
    hashed = passwords.hash_password("nobody ever signs in here 7")
    yield Town(chosen, hub, package, names, hashed)


def _names() -> Iterator[str]:
    for number in itertools.count():
        signs = [SIGNS[number >> shift & 7] for shift in (12, 9, 6, 3, 0)]
        yield "town-" + "".join(signs)


def _stock(hub: Tenant) -> None:
    with use(hub):
        shelf = catalog.category(hub, "视频会员")
        for _ in range(SKUS):
            catalog.sku(hub, category_id=shelf, secrets=10)
        session.commit()


def size() -> int:
    """How many sites there are."""
    with shared():
        return int(session.scalar(select(func.count()).select_from(TenantRow)) or 0)


def sites(town: Town, wanted: int) -> list[Tenant]:
    """So many sites below the master, the oldest first."""
    with shared():
        return registry.below(town.hub)[:wanted]


def _spares() -> int:
    with shared():
        return registry.spare_count()


def fill(town: Town, total: int, notebook: figure.Notebook) -> None:
    """Open sites until there are `total`; two builders stay a little ahead."""
    have = size()
    if have >= total:
        return
    begun, first = time.monotonic(), have
    with _builders(town.settings, total - have) as crew:
        for have in range(first + 1, total + 1):
            crew.wait_for_one()
            open_site(town, next(town.names))
            if have % 20 == 0 or have == total:
                rate = (have - first) / (time.monotonic() - begun)
                left = f"sites, {rate:.1f}/s, {(total - have) / rate / 60:.1f} min to go  "
                notebook.keep(sites=have)
                figure.progress(have, total, left)


def open_site(town: Town, slug: str) -> Tenant:
    """All steps of an opening, as the signup's edge takes them."""
    now, application = clock.now(), uuid5(NAMESPACE_URL, f"kameng:town:{slug}")
    apply(town, slug, application)
    opened = opening.open_site(application, now=now)
    if opened.state is not State.OPEN:
        raise AssertionError(f"{slug} is {opened.state}: {opened.reason}")
    with shared():
        found = registry.by_slug(slug)
    assert found is not None
    return found


def apply(town: Town, slug: str, application: UUID) -> None:
    """The first step: the application is written down."""
    wish = Wish(
        slug=slug,
        site_name=f"{slug[5:]} 小店",
        package_id=town.package,
        theme=opening.THEME,
        primary="#0f766e",
        login=slug,
        owner_name=slug,
        email=f"{slug}@example.com",
        password_hash=town.hashed,
        terms_version="2026-11",
    )
    with use(town.hub):
        agents.apply(town.hub, application, wish, now=clock.now())
        session.commit()


def build(chosen: Settings, wanted: int) -> None:
    """Have so many spare schemas ready."""
    missing = wanted - _spares()
    with _builders(chosen, max(0, missing), ahead=missing) as crew:
        for done in range(missing):
            crew.wait_for_one()
            figure.progress(done + 1, missing, "spare schemas")


class _Crew:
    """Threads that build schemas, and count what is ready."""

    def __init__(self, url: str, wanted: int, ahead: int) -> None:
        self.url, self.left, self.lock = url, iter(range(wanted)), threading.Lock()
        self.ready, self.room = threading.Semaphore(0), threading.Semaphore(max(1, ahead))
        self.stopping = False
        self.work: list[Future[None]] = []

    def build(self) -> None:
        """Build until nothing is left to build."""
        engine = connect_engine(self.url, pool_size=1)
        try:
            with engine.connect() as connection:
                while self._another():
                    run.build_spare(connection, now=clock.now())
                    self.ready.release()
        finally:
            engine.dispose()

    def _another(self) -> bool:
        self.room.acquire()
        with self.lock:
            return not self.stopping and next(self.left, None) is not None

    def wait_for_one(self) -> None:
        """Until a schema is ready that nobody took; a builder's failure is ours."""
        while not self.ready.acquire(timeout=1):
            for one in self.work:
                if one.done():
                    one.result()
        self.room.release()


@contextmanager
def _builders(chosen: Settings, wanted: int, ahead: int = AHEAD) -> Iterator[_Crew]:
    crew = _Crew(chosen.role_url("owner"), wanted, ahead)
    with ThreadPoolExecutor(BUILDERS, thread_name_prefix="build") as pool:
        crew.work = [pool.submit(crew.build) for _ in range(BUILDERS)]
        try:
            yield crew
        finally:
            crew.stopping = True
            for _ in range(BUILDERS):
                crew.room.release()
