"""Several of everything on one database: two web processes on two ports behind Caddy, two relays,
two workers and a payment stand-in that tells the proxy what it has to tell."""

from __future__ import annotations

import html
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import requests

from kameng.config import Settings
from tests.support import programs, running, shop
from tests.support.payments import Standin
from tests.support.running import CLI, WEB, Deployment

ASKED_FOR = "X-Test-Web"
CADDYFILE = """\
{{
    admin off
    auto_https off
}}
http://:{port} {{
    bind 127.0.0.1
    @first header {asked_for} 0
    @second header {asked_for} 1
    handle @first {{
        reverse_proxy 127.0.0.1:{first}
    }}
    handle @second {{
        reverse_proxy 127.0.0.1:{second}
    }}
    handle {{
        reverse_proxy 127.0.0.1:{first} 127.0.0.1:{second} {{
            lb_policy round_robin
            lb_try_duration 5s
            lb_try_interval 50ms
            fail_duration 5s
        }}
    }}
}}
"""
"""A proxy as docs/operating.md describes it; the header lets a test say who is to answer."""


@dataclass
class Fleet:
    """The running fleet; `processes` by name: web0, web1, relay0, relay1, worker0, worker1."""

    deployment: Deployment
    standin: Standin
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def kill(self, name: str) -> None:
        """SIGKILL, in the middle of whatever it does."""
        running.kill(self.processes[name])

    def browser(self, slug: str) -> Browser:
        """A person with cookies on a site, somewhere in the world."""
        return Browser(self.deployment, slug)


class Browser:
    """Follows forms with their tokens through the proxy; `web` says which process answers."""

    def __init__(self, deployment: Deployment, slug: str) -> None:
        self.address = f"http://127.0.0.1:{deployment.settings.port}"
        self.host = f"{deployment.settings.host(slug)}:{deployment.settings.port}"
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, *, web: int | None = None, **fields: str
    ) -> requests.Response:
        """One request; cookies are kept by hand, because names under localhost resolve nowhere."""
        chosen = {} if web is None else {ASKED_FOR: str(web)}
        answer = requests.request(
            method,
            self.address + path,
            headers={"Host": self.host, **chosen},
            cookies=self.cookies,
            data=fields or None,
            allow_redirects=False,
            timeout=20,
        )
        self.cookies |= answer.cookies.get_dict()
        return answer

    def get(self, path: str, *, web: int | None = None) -> requests.Response:
        """A page."""
        return self.ask("GET", path, web=web)

    def post(
        self, path: str, *, seen_on: str, web: int | None = None, **fields: str
    ) -> requests.Response:
        """A form found on page `seen_on`."""
        found = shop.TOKEN.search(self.get(seen_on, web=web).text)
        assert found, f"{seen_on} has no form"
        token = html.unescape(found.group(1))
        return self.ask("POST", path, web=web, csrf_token=token, **fields)


@contextmanager
def running_on(made: Settings, home: Path) -> Iterator[Fleet]:
    """The fleet on the database of `made`, up and answering through the proxy."""
    program = programs.path_of("caddy")
    port, pay_port, first, second = running.free_ports(4)
    chosen = replace(made, port=port, public_port=port)
    base = f"http://127.0.0.1:{pay_port}"
    environment = running.environment(chosen, pay_port) | {
        "KAMENG_PUBLIC_PORT": str(port),
        "KAMENG_TRUSTED_PROXIES": "127.0.0.1",
    }
    deployment = Deployment(chosen, environment, home, base)
    with ExitStack() as stack:
        processes = {
            name: running.start(name, command, deployment)
            for name, command in _commands(first, second).items()
        }
        stack.callback(running.stop, list(processes.values()))
        place = stack.enter_context(programs.folder("kameng-proxy-"))
        text = CADDYFILE.format(port=port, asked_for=ASKED_FOR, first=first, second=second)
        (place / "Caddyfile").write_text(text)
        argv = (program, "run", "--config", "Caddyfile", "--adapter", "caddyfile")
        stack.enter_context(programs.running(argv, place, port))
        for web in (first, second):
            console = {"Host": f"{chosen.host('console')}:{port}"}
            running.wait_for(f"http://127.0.0.1:{web}/sign-in", console)
        running.wait_for(f"{base}/healthz", {})
        secrets = (chosen.stripe_secret_key, chosen.stripe_webhook_secret)
        yield Fleet(deployment, Standin(base, *secrets, processes["standin"]), processes)


def _commands(first: int, second: int) -> dict[str, tuple[str, ...]]:
    return {
        "standin": ("stripe_standin",),
        "web0": (*WEB, "--port", str(first), "wsgi:app"),
        "web1": (*WEB, "--port", str(second), "wsgi:app"),
        "relay0": (*CLI, "relay"),
        "relay1": (*CLI, "relay"),
        "worker0": (*CLI, "worker"),
        "worker1": (*CLI, "worker"),
    }
