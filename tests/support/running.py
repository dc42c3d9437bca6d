"""The whole deployment as real processes on free ports: web server, relay, worker, clock and the
Stripe stand-in, on throw-away database servers of their own. The journeys talk to nothing else."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import requests

from kameng.config import Settings
from tests.support import databases

ROOT = Path(__file__).parents[2]
STARTED_WITHIN = 120.0
STOPPED_WITHIN = 10.0
SPARES = 4
WEB = ("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1")
CLI = ("kameng.faces.worker.cli",)


@dataclass
class Deployment:
    """A running platform: where it is reached, what its processes have said."""

    settings: Settings
    environment: dict[str, str]
    logs: Path
    standin: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, name: str, path: str = "/") -> str:
        """An address on host `name` of this deployment: a slug, or `console`."""
        return self.settings.address(self.settings.host(name), path)

    def said(self, process: str) -> str:
        """Everything a process wrote so far."""
        return (self.logs / f"{process}.log").read_text("utf-8", "replace")

    def run(self, *module_and_arguments: str) -> str:
        """Run a Python module of the project inside this deployment's environment."""
        done = subprocess.run(
            [sys.executable, "-m", *module_and_arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def released(self, folder: Path) -> Iterator[None]:
        """Web and clock are killed and started in this folder: its packages come before ours, and
        it keeps what they say. With ours again at the end."""
        try:
            self._again(replace(self, logs=folder), folder)
            yield
        finally:
            self._again(self, ROOT)

    def _again(self, told: Deployment, place: Path) -> None:
        for name in ("web", "clock"):
            kill(self.processes[name])
            log = f"{name}-again"
            self.processes[name] = start(log, commands(self)[name], told, place=place)
        self.await_web()

    def await_web(self) -> None:
        """Until the console answers."""
        port = self.settings.port
        name = f"{self.settings.host('console')}:{port}"
        wait_for(f"http://127.0.0.1:{port}/sign-in", {"Host": name})

    def tracebacks(self) -> list[str]:
        """What processes wrote from their first traceback on: where that happens is not green."""
        texts = ((log.stem, log.read_text()) for log in sorted(self.logs.glob("*.log")))
        return [
            f"{name}: {text[text.index('Traceback') :][:3000]}"
            for name, text in texts
            if "Traceback" in text
        ]


@contextmanager
def deployment(home: Path) -> Iterator[Deployment]:
    """Servers, database and all processes up and answering; all of it gone afterwards."""
    with databases.running(home) as made:
        port, pay_port = free_ports(2)
        standin = f"http://127.0.0.1:{pay_port}"
        chosen = replace(made, port=port, public_port=port, stripe_api_base=standin)
        databases.migrate(chosen, spares=SPARES)
        logs = home / "logs"
        logs.mkdir()
        running = Deployment(chosen, environment(chosen, pay_port), logs, standin)
        with _processes(running):
            wait_for(f"{standin}/healthz", {})
            running.await_web()
            yield running


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on right now, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def environment(chosen: Settings, pay_port: int) -> dict[str, str]:
    """What the processes are told: exactly the settings of `chosen`, nothing from this shell."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
    return {
        **kept,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "PYTHONUNBUFFERED": "1",
        "KAMENG_ENV": chosen.env,
        "KAMENG_HOME": str(chosen.home),
        "PORT": str(chosen.port),
        "DATABASE_URL": chosen.database_url,
        "REDIS_URL": chosen.redis_url,
        "KAMENG_SECRET_KEY": chosen.secret_key,
        "KAMENG_MASTER_KEY": base64.b64encode(chosen.master_key).decode(),
        "STRIPE_API_BASE": f"http://127.0.0.1:{pay_port}",
        "STANDIN_PORT": str(pay_port),
        "STANDIN_SECRET_KEY": chosen.stripe_secret_key,
        "STANDIN_WEBHOOK_SECRET": chosen.stripe_webhook_secret,
        "STANDIN_HOOK_URL": f"http://127.0.0.1:{chosen.port}/stripe",
        "STANDIN_HOOK_HOST": f"{chosen.host('hooks')}:{chosen.port}",
        "STANDIN_PUBLIC": f"http://127.0.0.1:{pay_port}",
    }


def commands(running: Deployment) -> dict[str, tuple[str, ...]]:
    """What runs, and how each is started."""
    return {
        "standin": ("stripe_standin",),
        "web": (*WEB, "--port", str(running.settings.port), "wsgi:app"),
        "relay": (*CLI, "relay"),
        "worker": (*CLI, "worker"),
        "clock": (*CLI, "clock"),
    }


@contextmanager
def _processes(running: Deployment) -> Iterator[None]:
    for name, command in commands(running).items():
        running.processes[name] = start(name, command, running)
    try:
        yield
    finally:
        stop(list(running.processes.values()))


def start(
    name: str, module: tuple[str, ...], running: Deployment, *, place: Path = ROOT
) -> subprocess.Popen[bytes]:
    """Start a Python module as a process of this deployment; what it says goes to its log."""
    with (running.logs / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=place,
            env=running.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(started: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask all of them to stop; who does not is killed."""
    for process in started:
        _signal(process, signal.SIGTERM)
    for process in started:
        _ended(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and its children: no word, no clean-up."""
    _signal(process, signal.SIGKILL)
    process.wait(STOPPED_WITHIN)


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        process.wait(STOPPED_WITHIN)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To the process and its children: each was started as the head of its own group."""
    if process.poll() is None:
        os.killpg(process.pid, number)


def wait_for(url: str, headers: dict[str, str]) -> None:
    """Until `url` answers without a server error, or a sentence that it never did."""
    deadline = time.monotonic() + STARTED_WITHIN
    last = ""
    while time.monotonic() < deadline:
        try:
            answer = requests.get(url, headers=headers, timeout=2)
            if answer.status_code < 500:
                return
            last = f"status {answer.status_code}"
        except requests.ConnectionError as error:
            last = type(error).__name__
        time.sleep(0.1)
    raise AssertionError(f"{url} did not answer within {STARTED_WITHIN:.0f} s: {last}")
