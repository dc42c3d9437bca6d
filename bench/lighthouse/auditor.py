"""Runs Lighthouse against one address, as a phone on a slow line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.browser import PLACES

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / "build" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PATIENCE = 120


@dataclass(frozen=True)
class Seen:
    """Scores from 0 to 100 by category, and what the page weighs in kB as it came over the line."""

    scores: dict[str, float]
    kilobytes: float


def program() -> Path | None:
    """The installed program; None where there is no npm or no Chromium to run it."""
    if shutil.which("npm") is None or _browser() is None:
        print("  Lighthouse wants npm and chromium; neither is optional here.", file=sys.stderr)
        return None
    found = INSTALLED / "node_modules" / ".bin" / "lighthouse"
    return found if found.exists() else _installed(found)


def _installed(found: Path) -> Path | None:
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, INSTALLED / name)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=INSTALLED, check=False)
    return found if done.returncode == 0 else None


def _browser() -> str | None:
    return next((path for name in PLACES if (path := shutil.which(name))), None)


def look(program: Path, address: str) -> Seen:
    """One audit with the mobile profile. Raises CalledProcessError, TimeoutExpired."""
    with tempfile.TemporaryDirectory(prefix="kameng-audit-") as folder:
        out = Path(folder) / "report.json"
        flags = "--headless=new --disable-dev-shm-usage" + (
            " --no-sandbox" if os.geteuid() == 0 else ""
        )
        subprocess.run(
            [str(program), address, "--quiet", "--output=json", f"--output-path={out}",
             f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}"],
            env={**os.environ, "CHROME_PATH": _browser() or ""},
            check=True,
            timeout=PATIENCE,
        )  # fmt: skip
        return _seen(json.loads(out.read_text()))


def _seen(report: dict[str, dict[str, dict[str, float]]]) -> Seen:
    scores = {name: report["categories"][name]["score"] * 100 for name in CATEGORIES}
    return Seen(scores, report["audits"]["total-byte-weight"]["numericValue"] / 1000)
