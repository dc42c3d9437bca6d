"""Runs Lighthouse against addresses, as a phone on a slow line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.browser import WHOLE

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / "build" / "lighthouse"
FILES = ("package.json", "package-lock.json", "looks.mjs")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


@dataclass(frozen=True)
class Seen:
    """Scores from 0 to 100 by category, and what the page weighs in kB as it came over the line."""

    scores: dict[str, float]
    kilobytes: float


@dataclass
class Auditor:
    """The running program: a browser of its own, which forgets each page before the next."""

    process: subprocess.Popen[str]

    def look(self, address: str) -> Seen:
        """One audit with the mobile profile."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(address + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"Lighthouse ended at {address}")
        scores, kilobytes, trouble = json.loads(answer)
        if trouble:
            raise RuntimeError(f"{address}: {trouble}")
        return Seen(scores, kilobytes)


def program() -> Path | None:
    """Our program beside an installed Lighthouse; None where there is no npm or no Chromium."""
    if shutil.which("npm") is None or _browser() is None:
        print("  Lighthouse wants npm and chromium; neither is optional here.", file=sys.stderr)
        return None
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(HERE / name, INSTALLED / name)
    found = INSTALLED / "node_modules" / "lighthouse"
    return INSTALLED / FILES[-1] if found.exists() or _installed() else None


def _installed() -> bool:
    asked = ["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"]
    return subprocess.run(asked, cwd=INSTALLED, check=False).returncode == 0


def _browser() -> str | None:
    return next((path for name in WHOLE if (path := shutil.which(name))), None)


@contextmanager
def running(program: Path) -> Iterator[Auditor]:
    """The program, from here to the end of the block."""
    flags = ["--headless=new", "--disable-dev-shm-usage"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        ["node", str(program), ",".join(CATEGORIES), *flags],
        env={**os.environ, "CHROME_PATH": _browser() or ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Auditor(process)
    finally:
        process.communicate()
