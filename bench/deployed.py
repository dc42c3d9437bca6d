"""A deployment under measure: web, relay and the payment stand-in as processes, an alliance with
goods and members in its database, and shoppers who speak HTTP to it."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

from bench import figure
from kameng import wiring
from kameng.config import Settings
from tenants.tree import Tenant
from tests.support import databases, shop
from tests.support.running import free_ports
from tests.support.worlds import Alliance, Builder

WORKERS, THREADS = 2, 4
SLOTS, WAITING = 8, 56
"""Requests that run and that wait in each of our web processes, as the Procfile has it."""
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Served(Protocol):
    """Something that answers at the addresses of its settings."""

    @property
    def settings(self) -> Settings: ...


@dataclass
class Deployed:
    """Everything that runs."""

    settings: Settings
    alliance: Alliance
    standin: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def cpu(self, name: str) -> float:
        """CPU seconds a process and its children have used."""
        group, ticks = self.processes[name].pid, 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                facts = stat.read_text().rpartition(")")[2].split()
                ticks += int(facts[11]) + int(facts[12]) if int(facts[2]) == group else 0
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self, name: str) -> None:
        """End one process before the others."""
        os.killpg(self.processes[name].pid, signal.SIGTERM)
        self.processes[name].wait(10)


@contextmanager
def deployed() -> Iterator[Deployed]:
    """Durable servers, fresh alliance, all processes answering; gone afterwards."""
    with figure.deployment() as made:
        port, pay = free_ports(2)
        chosen = replace(
            made, port=port, public_port=port, stripe_api_base=f"http://127.0.0.1:{pay}"
        )
        wiring.connect(chosen)
        owner = databases.owner_engine(chosen)
        alliance = Builder(owner, None, chosen).alliance()  # type: ignore[arg-type]
        owner.dispose()
        for site in (alliance.hub, alliance.ada):
            shop.decorate(site)
        running = Deployed(chosen, alliance, f"http://127.0.0.1:{pay}")
        with _processes(running, pay):
            yield running


@contextmanager
def web(
    chosen: Settings, target: str, *, workers: int, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[subprocess.Popen[bytes]]:
    """Only the web processes of a deployment, answering on its port; `more` is what else they are
    told."""
    env = {**environment(chosen), **more}
    process = _start(_granian(chosen.port, target, SLOTS + WAITING, workers), env)
    try:
        _answers(chosen.port)
        yield process
    finally:
        _stop(process)


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Memory of the largest process of a group: where there is one worker, the worker's."""
    pages = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            facts = stat.read_text().rpartition(")")[2].split()
            pages = max(pages, int(facts[21]) if int(facts[2]) == process.pid else 0)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def serving(settings: Settings, target: str, env: dict[str, str]) -> Iterator[int]:
    """Another WSGI application on the same kind of server; its port."""
    (port,) = free_ports(1)
    process = _start(_granian(port, target), env)
    try:
        _answers(port)
        yield port
    finally:
        _stop(process)


def environment(chosen: Settings, pay: int = 0) -> dict[str, str]:
    """What the processes are told."""
    root = str(figure.ROOT)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{root}{os.pathsep}{root}/platform",
        "KAMENG_ENV": chosen.env,
        "KAMENG_HOME": str(chosen.home),
        "KAMENG_TRUSTED_PROXIES": "127.0.0.1",
        "PORT": str(chosen.port),
        "WEB_THREADS": str(SLOTS),
        "WEB_WAITING": str(WAITING),
        "DATABASE_URL": chosen.database_url,
        "REDIS_URL": chosen.redis_url,
        "KAMENG_SECRET_KEY": chosen.secret_key,
        "KAMENG_MASTER_KEY": base64.b64encode(chosen.master_key).decode(),
        "STRIPE_API_BASE": f"http://127.0.0.1:{pay}",
        "STANDIN_PORT": str(pay),
        "STANDIN_SECRET_KEY": chosen.stripe_secret_key,
        "STANDIN_WEBHOOK_SECRET": chosen.stripe_webhook_secret,
        "STANDIN_HOOK_URL": f"http://127.0.0.1:{chosen.port}/stripe",
        "STANDIN_HOOK_HOST": f"{chosen.host('hooks')}:{chosen.port}",
        "STANDIN_PUBLIC": f"http://127.0.0.1:{pay}",
    }


@contextmanager
def _processes(running: Deployed, pay: int) -> Iterator[None]:
    env = environment(running.settings, pay)
    commands = {
        "standin": ["stripe_standin"],
        "web": _granian(running.settings.port, "wsgi:app", SLOTS + WAITING),
        "relay": ["kameng.faces.worker.cli", "relay"],
    }
    started = {name: _start(command, env) for name, command in commands.items()}
    running.processes = started
    try:
        _answers(pay)
        _answers(running.settings.port)
        yield
    finally:
        for one in started.values():
            _stop(one)


def _granian(port: int, target: str, threads: int = THREADS, workers: int = WORKERS) -> list[str]:
    crew = ["--workers", str(workers), "--blocking-threads", str(threads)]
    served = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    return ["granian", *served, *crew, "--no-ws", "--log-level", "error", target]


def _start(module: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=figure.ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _answers(port: int) -> None:
    for _ in range(400):
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/healthz", headers={"Host": "localhost"})
            link.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nobody answers on port {port}")


class Browser:
    """One shopper's connection to a site, with cookies and an address of its own."""

    def __init__(self, running: Served, site: Tenant, ip: str) -> None:
        port = running.settings.port
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Host": f"{running.settings.host(site.slug)}:{port}",
            "X-Forwarded-For": ip,
        }
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.timing = ""

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, accept: str = "*/*"
    ) -> tuple[int, bytes, str]:
        """Status, body and Location of one request."""
        headers = {**self.headers, "Accept": accept}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.link.request(method, path, body=body, headers=headers)
        answer = self.link.getresponse()
        raw = answer.read()
        self.timing = answer.headers.get("Server-Timing") or ""
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, raw, answer.headers.get("Location") or ""

    def look(self, path: str) -> None:
        """Open a page with a form and keep its token."""
        status, raw, _ = self.ask("GET", path)
        found = TOKEN.search(raw.decode())
        if status != 200 or not found:
            raise AssertionError(f"{path} has no form: {status}")
        self.token = found.group(1)

    def sign_in(self, login: str) -> None:
        """Sign in as a member."""
        self.look("/sign-in")
        form = {"login": login, "password": shop.MEMBER_PASSWORD, "csrf_token": self.token}
        status, raw, _ = self.ask("POST", "/sign-in", form)
        if status != 303:
            raise AssertionError(f"not signed in: {status} {raw[:300]!r}")

    def buy(self, sku_id: UUID, pay: str) -> tuple[int, bytes, str]:
        """Send the purchase form."""
        form = {
            "sku": str(sku_id),
            "quantity": "1",
            "contact": "13800138000",
            "query_password": shop.QUERY_PASSWORD,
            "pay": pay,
            "csrf_token": self.token,
        }
        return self.ask("POST", "/orders", form, accept="application/json")


def secret_of(raw: bytes) -> str:
    """The secret in the answer to a purchase."""
    found = json.loads(raw)["secrets"][0]
    return str(found)
