"""The payment provider for tests: the stand-in as a process of its own, reached by the SDK, and
its notifications handed to the hooks host by the test, so that a test decides when and how often.
"""

from __future__ import annotations

import atexit
import dataclasses
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kameng.config import Settings, use_settings
from stripe_standin.sender import signature

ROOT = Path(__file__).parents[2]
_running: Standin | None = None


@dataclass
class Standin:
    """A running stand-in."""

    base: str
    secret_key: str
    webhook_secret: str
    process: subprocess.Popen[bytes]

    def turn(self, **knobs: Any) -> None:
        """Turn knobs of its control panel."""
        self.ask("POST", "/_control", knobs)

    def reset(self) -> None:
        """Forget everything."""
        self.ask("POST", "/_control/reset")

    def pay(self, page: str, method: str = "card") -> None:
        """Press the button on a payment page; takes its id or address."""
        self.ask("POST", f"/_control/pay/{page.rpartition('/')[2]}?method={method}")

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """What it has notified or would have, oldest first."""
        found = self.ask("GET", "/v1/events?limit=100")["data"]
        return [one for one in reversed(found) if one["type"].startswith(kind)]

    def session(self, page: str) -> dict[str, Any]:
        """A payment page as the provider sees it."""
        return self.ask("GET", f"/v1/checkout/sessions/{page.rpartition('/')[2]}")

    def signed(self, event: dict[str, Any], *, at: float | None = None) -> tuple[bytes, str]:
        """Body and signature header of a notification."""
        body = json.dumps(event, ensure_ascii=False)
        when = int(time.time() if at is None else at)
        return body.encode(), signature(self.webhook_secret, body, when)

    def notify(self, hooks: FlaskClient, event: dict[str, Any]) -> TestResponse:
        """Hand a notification to the hooks host."""
        body, header = self.signed(event)
        headers = {"Stripe-Signature": header, "Content-Type": "application/json"}
        return hooks.post("/stripe", data=body, headers=headers)

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """One request to it."""
        asked = urllib.request.Request(
            self.base + path,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={
                "Authorization": f"Bearer {self.secret_key}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found


def running(settings: Settings, **env: str) -> Standin:
    """The stand-in of this test run, started when first asked for."""
    global _running
    if _running is None:
        _running = start(settings, **env)
        atexit.register(_running.process.kill)
    return _running


def start(settings: Settings, **env: str) -> Standin:
    """A new stand-in with keys of these settings."""
    port = free_port()
    home = tempfile.mkdtemp(prefix="standin-")
    given = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "platform"),
        "KAMENG_HOME": home,
        "STANDIN_PORT": str(port),
        "STANDIN_SECRET_KEY": settings.stripe_secret_key,
        "STANDIN_WEBHOOK_SECRET": settings.stripe_webhook_secret,
        **env,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "stripe_standin"],
        env=given,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    _wait_for(base)
    return Standin(base, settings.stripe_secret_key, settings.stripe_webhook_secret, process)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


@pytest.fixture
def standin(tools: Settings) -> Iterator[Standin]:
    """An empty provider; the process's settings point at it for the length of the test."""
    made = running(tools)
    made.reset()
    use_settings(dataclasses.replace(tools, stripe_api_base=made.base))
    yield made
    use_settings(tools)


def _wait_for(base: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the payment stand-in did not start")
