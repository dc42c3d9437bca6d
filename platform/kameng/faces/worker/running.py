"""`kameng run`: from an empty folder to a site that answers, and back down without loss."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kameng.config import Settings
from kameng.faces.worker import greeting, keys, processes, servers, setting_up
from kameng.faces.worker.refused import StartRefused
from kameng.faces.worker.watching import Watch
from kameng.kit.embedded.errors import PortBusy
from kameng.kit.embedded.process import free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[4]
_STANDIN = "exec python -m stripe_standin"
_STANDIN_PORT = 12111
_PATIENCE = 60.0


def run(given: Mapping[str, str]) -> int:
    """Start everything, wait for Ctrl-C, stop everything; returns the exit status."""
    began = time.monotonic()
    env = surroundings(given)
    home = Path(env["KAMENG_HOME"])
    _need_port(int(env["PORT"]))
    watch = Watch(lambda: os.kill(os.getpid(), signal.SIGTERM))
    with servers.standing(env, home, watched=watch.servers) as found:
        chosen = Settings.load(found)
        setting_up.migrate(chosen)
        if setting_up.load_sample_once(chosen, found[keys.SAMPLE_PASSWORD]):
            print("The sample alliance was loaded.", flush=True)
        up = home / "web.up"
        up.unlink(missing_ok=True)
        _greet_when_up(chosen, found[keys.SAMPLE_PASSWORD], began, up)
        wanted = processes.first_then(processes.commands(ROOT / "Procfile"), up)
        wanted |= _payments(chosen)
        with watch.kept():
            return processes.keep_running(wanted, env=found | _standin(chosen), root=ROOT)


def surroundings(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process: what was given, our own paths, the kept keys."""
    home = Path(given.get("KAMENG_HOME") or ROOT / "var").absolute()
    env = {"KAMENG_ENV": "development", "PORT": "8000", "PYTHONUNBUFFERED": "1"}
    env |= {name: value for name, value in given.items() if value}
    if not re.fullmatch(r"[0-9]{1,5}", env["PORT"]) or not 0 < int(env["PORT"]) < 65536:
        raise StartRefused(f"PORT must be a number between 1 and 65535, not {env['PORT']!r}.")
    env["KAMENG_HOME"] = str(home)
    env["PATH"] = f"{Path(sys.executable).parent}:{env.get('PATH', '/usr/bin:/bin')}"
    env["PYTHONPATH"] = f"{ROOT}:{ROOT / 'platform'}"
    if not env.get("STRIPE_SECRET_KEY"):
        env.setdefault("STRIPE_API_BASE", f"http://127.0.0.1:{_standin_port()}")
    return keys.completed(env, home)


def _need_port(port: int) -> None:
    try:
        free_port(port)
    except PortBusy:
        raise StartRefused(
            f"Port {port} is taken by another program: stop it, or choose another port, "
            f"for example PORT={port % 65535 + 1} make run"
        ) from None


def _standin_port() -> int:
    try:
        return free_port(_STANDIN_PORT)
    except PortBusy:
        return free_port()


def _payments(chosen: Settings) -> dict[str, str]:
    """The payment stand-in, only where no Stripe key was given."""
    return {"payments": _STANDIN} if chosen.stripe_api_base else {}


def _standin(chosen: Settings) -> dict[str, str]:
    """What the stand-in is told: our keys, and where our notifications arrive."""
    if chosen.stripe_api_base is None:
        return {}
    return {
        "STANDIN_PORT": chosen.stripe_api_base.rsplit(":", 1)[-1],
        "STANDIN_PUBLIC": chosen.stripe_api_base,
        "STANDIN_SECRET_KEY": chosen.stripe_secret_key,
        "STANDIN_WEBHOOK_SECRET": chosen.stripe_webhook_secret,
        "STANDIN_HOOK_URL": f"http://127.0.0.1:{chosen.port}/stripe",
        "STANDIN_HOOK_HOST": f"{chosen.host('hooks')}:{chosen.port}",
    }


def _greet_when_up(chosen: Settings, password: str, began: float, up: Path) -> None:
    """Print the addresses once the web process answers, from a thread beside honcho's loop."""

    def wait() -> None:
        time.sleep(0.3)  # honcho forks first
        deadline = time.monotonic() + _PATIENCE
        while not answers(chosen) and time.monotonic() < deadline:
            time.sleep(0.05)
        up.touch()
        print(greeting.text(chosen, password, seconds=time.monotonic() - began), flush=True)

    threading.Thread(target=wait, daemon=True).start()


def answers(chosen: Settings) -> bool:
    """Whether our web process answers on its port: any HTTP status will do."""
    line = http.client.HTTPConnection("127.0.0.1", chosen.port, timeout=5)
    try:
        line.request("HEAD", "/", headers={"Host": f"{chosen.host('hub')}:{chosen.port}"})
        line.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
    return True
