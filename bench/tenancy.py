"""Figures of tenancy: opening, claiming, routing, migrating, keeping apart, at 300 or 5,000 sites.

The soak keeps its deployment in var/bench/tenancy and goes on with what is there. Afterwards the
filled deployment starts by hand, for a sign-up with one's own eyes:

    KAMENG_HOME=var/bench/tenancy KAMENG_TENANT_LIMIT=9000 make run
    http://hub.localhost:8000/open   (console: operator, "town of many sites 5")
"""

from __future__ import annotations

import http.client
import math
import re
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import text

from bench import figure, migrating, routing, town
from bench.crowd import shared_out
from bench.deployed import Browser, resident_mb, web
from bench.town import Town
from kameng.config import Settings
from kameng.domains.agents import service as agents
from kameng.faces.frame import opening
from kameng.kit import clock
from tenants import claims
from tenants.context import shared
from tenants.database import engines, session
from tests.support import crowd, databases
from tests.support.running import free_ports

TOTAL, SOAK_TOTAL = 300, 5_000
SIGNUPS, SOAK_SIGNUPS = 150, 500
CLAIMS, SOAK_CLAIMS = 50, 200
VISITED, SOAK_VISITED = 300, 2_000
ROUTED, REQUESTS, SOAK_REQUESTS = 200, 1_000, 5_000
CROWD, CROWDS, SOAK_CROWDS = 1_000, 1, 5
THREADS, POOL = 8, 2
VISITORS, WARM, LEFT = 4, 3, 60
PASSWORD = "a long walk through town 3"
_SPENT = re.compile(r"(total|hash);dur=([0-9.]+)")


@dataclass(frozen=True)
class Door:
    """The web process under measure."""

    settings: Settings


def main() -> None:
    """Print the figures of the group."""
    notebook = figure.Notebook("tenancy")
    with figure.kept("tenancy") if figure.soaking() else figure.deployment() as made:
        (port,) = free_ports(1)
        chosen = replace(made, port=port, public_port=port)
        with town.standing(chosen) as place:
            migrating.clean(chosen)
            _tidy(chosen)
            _measure(place, notebook)
    notebook.close()


_LEFT_BEHIND = text(
    "SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_[0-9a-z]{13}$' AND nspname NOT IN"
    " (SELECT schema_name FROM shared.tenant_schema_state)"
)


def _tidy(chosen: Settings) -> None:
    """Away with the crowd of a run that was cut off."""
    owner = databases.owner_engine(chosen)
    with owner.connect() as connection:
        connection.execute(text("DELETE FROM shared.due WHERE kind = :kind"), {"kind": crowd.KIND})
        for name in connection.execute(_LEFT_BEHIND).scalars().all():
            connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')
    owner.dispose()


def _measure(place: Town, notebook: figure.Notebook) -> None:
    signups, claimed = _count(SIGNUPS, SOAK_SIGNUPS), _count(CLAIMS, SOAK_CLAIMS)
    town.fill(place, _count(TOTAL, SOAK_TOTAL) - signups - WARM, notebook)
    town.build(place.settings, WARM + signups + 2 * claimed)
    with web(place.settings, "bench.timed:app", workers=1) as process:
        before = resident_mb(process)
        _signups(place, signups)
        visited = _visits(place, _count(VISITED, SOAK_VISITED))
        told = f"{visited} sites, one process; {before:.0f} MB before"
        figure.show("web_rss_mb_after_2000", round(resident_mb(process)), "MB", against=told)
    _claims(place, claimed)
    _routing(place)
    _migrating(place)
    _isolation(place)
    if figure.soaking():
        town.build(place.settings, LEFT)
        print((__doc__ or "").partition("\n\n")[2], file=sys.stderr)


def _count(usual: int, soak: int) -> int:
    return soak if figure.soaking() else usual


def _signups(place: Town, wanted: int) -> None:
    """Newcomers fill in the form one after the other; the last ones meet the full number."""
    spent, hashing, seen = [], [], []
    for number in range(WARM):
        _sign_up(place, wanted + number)
    for number in range(wanted):
        begun, served = time.perf_counter(), _sign_up(place, number)
        seen.append((time.perf_counter() - begun) * 1000)
        spent.append(served["total"] - served["hash"])
        hashing.append(served["hash"])
        figure.progress(number + 1, wanted, "sign-ups")
    told = (
        f"{wanted} POSTs in the web process, up to {town.size()} sites,"
        f" hash of {statistics.median(hashing):.0f} ms apart"
    )
    figure.show("signup_server_ms_p50", round(statistics.median(spent), 1), "ms", against=told)
    figure.show("signup_server_ms_p99", round(_p99(spent), 1), "ms", against=told)
    told = "form, POST with hash, redirect, first page of the live site"
    figure.show("signup_to_first_page_ms_p99", round(_p99(seen)), "ms", against=told)


def _sign_up(place: Town, number: int) -> dict[str, float]:
    """One newcomer: the form, the POST, her own shop. What the POST took in the process."""
    ip = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    browser, slug = Browser(Door(place.settings), place.hub, ip), next(place.names)
    browser.look("/open")
    form = {
        "package": str(place.package),
        "slug": slug,
        "site_name": "小可的店",
        "primary": "#0f766e",
        "login": slug,
        "email": f"{slug}@example.com",
        "password": PASSWORD,
        "consent": "yes",
        "csrf_token": browser.token,
    }
    status, raw, led = browser.ask("POST", "/open", form)
    served = {name: float(value) for name, value in _SPENT.findall(browser.timing)}
    if status != 303 or f"//{slug}." not in led:
        raise AssertionError(f"{slug} not opened: {status} {led} {raw[:300]!r}")
    browser.headers["Host"] = led.split("/")[2]
    page, raw, _ = browser.ask("GET", "/?opened=1")
    if page != 200:
        raise AssertionError(f"{slug} has no first page: {page} {raw[:300]!r}")
    browser.link.close()
    return served


def _visits(place: Town, wanted: int) -> int:
    """The front page of many sites, some at once."""
    hosts = [place.settings.host(site.slug) for site in town.sites(place, wanted)]
    left = iter(hosts)
    links = [http.client.HTTPConnection("127.0.0.1", place.settings.port) for _ in range(VISITORS)]

    def visit(number: int) -> None:
        host = next(left)
        links[number].request("GET", "/", headers={"Host": f"{host}:{place.settings.port}"})
        answer = links[number].getresponse()
        answer.read()
        if answer.status != 200:
            raise AssertionError(f"{host}: {answer.status}")

    shared_out(VISITORS, len(hosts), visit)
    return len(hosts)


def _claims(place: Town, wanted: int) -> None:
    """A spare schema becomes a site's: the claim by itself, and with owner, grant and terms."""
    alone, whole = [], []
    for number in range(2 * wanted):
        slug, now = next(place.names), clock.now()
        application = uuid5(NAMESPACE_URL, f"kameng:town:{slug}")
        town.apply(place, slug, application)
        begun = time.perf_counter()
        with shared():
            if number % 2:
                agents.claim(application, domain=place.settings.base_domain, now=now)
            else:
                _take(place, application, slug, now)
            session.commit()
        (whole if number % 2 else alone).append((time.perf_counter() - begun) * 1000)
        opening.open_site(application, now=now)
    told = f"{town.size()} sites; schema, number, site and host in one committed transaction"
    figure.show("claim_ms_p50_at_5000", round(statistics.median(alone), 2), "ms", against=told)
    told = "the same with the application, the name, owner, grant and terms"
    figure.show("claim_step_ms_p50", round(statistics.median(whole), 2), "ms", against=told)


def _take(place: Town, application: UUID, slug: str, now: datetime) -> None:
    host = place.settings.host(slug)
    taken = claims.take(application, parent=place.hub.id, slug=slug, name=slug, now=now, host=host)
    assert taken is not None


def _routing(place: Town) -> None:
    near = town.sites(place, ROUTED)
    requests = _count(REQUESTS, SOAK_REQUESTS)
    added, plain = routing.added_ms(place.settings, near, requests)
    told = f"5 queries on a fixed path {plain:.2f} ms; {len(near)} sites in turn"
    figure.show("routing_added_ms", round(added, 3), "ms", against=told)


def _migrating(place: Town) -> None:
    engines.dispose()
    seen = migrating.compare(place.settings)
    told = f"psql {seen.psql:.2f} ms, runner {seen.runner:.2f} ms a schema, {seen.schemas} schemas"
    ratio = round(seen.runner / seen.psql, 2)
    figure.show("migrate_vs_psql", ratio, "ratio", against=told)
    told = f"one worker {seen.one_worker:.2f} ms a schema"
    ratio = round(seen.one_worker / seen.psql, 2)
    figure.show("migrate_one_worker_vs_psql", ratio, "ratio", against=told)


def _isolation(place: Town) -> None:
    """Many threads over few connections, a fifth of the transactions failing."""
    engines.configure(place.settings.role_urls(), pool_size=POOL)
    owner = databases.owner_engine(place.settings)
    ended: Counter[str] = Counter()
    leaked, crowds = 0, _count(CROWDS, SOAK_CROWDS)
    for number in range(crowds):
        with crowd.schemas_of(owner, CROWD) as sites:
            seen = crowd.visit_all(sites, threads=THREADS)
            kept, touched = crowd.standing(owner, sites)
        leaked += len(seen.wrong) + len(kept ^ seen.committed) + len(touched ^ seen.committed)
        ended += seen.ended
        figure.progress(number + 1, crowds, "crowds")
    owner.dispose()
    said = ", ".join(f"{times} {how}" for how, times in sorted(ended.items()))
    told = f"{THREADS} threads, {2 * POOL} connections, {CROWD * crowds} sites: {said}"
    figure.show("leaked_rows", leaked, "rows", against=told)


def _p99(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.99) - 1]
