"""Installs a lock file into .venv with several pip processes side by side.

pip spends nearly all its time reading index pages, one after the other. A lock that is complete
and hashed needs no resolver, so its parts can be installed apart: half the time on two cores.
Runs on the Python that makes the virtualenv and needs nothing else.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

VENV = Path(".venv")
TARGET = VENV / "bin/python"
FLAGS = ["--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"]
REMOTE_PIP = (22, 3)  # the first that installs into another interpreter's place


def main(lock: Path) -> int:
    """Install `lock`; the status is pip's."""
    pip = _pip()
    entries = wanted(lock.read_text())
    with tempfile.TemporaryDirectory() as place:
        running = [
            subprocess.Popen([*pip, "install", *FLAGS, "-r", part])
            for part in _written(_parts(entries), Path(place))
        ]
        failed = [status for status in [process.wait() for process in running] if status]
    if failed:
        print("The packages could not be installed; see above.", file=sys.stderr)
    return failed[0] if failed else 0


def wanted(lock: str) -> list[str]:
    """The entries of a lock file, each on one line with its hashes."""
    lines = (line for line in lock.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\s*\n\s*", " ", "\n".join(lines))
    return [line.strip() for line in joined.splitlines() if line.strip()]


def _parts(entries: list[str]) -> list[list[str]]:
    number = max(1, min(4, os.cpu_count() or 1, len(entries)))
    return [entries[first::number] for first in range(number)]


def _written(parts: list[list[str]], place: Path) -> list[str]:
    files = [place / f"{number}.txt" for number in range(len(parts))]
    for file, part in zip(files, parts, strict=True):
        file.write_text("\n".join(part) + "\n")
    return [str(file) for file in files]


def _pip() -> list[str]:
    """This Python's pip if it can reach into the virtualenv, else one put there (8 s slower)."""
    asked = [sys.executable, "-m", "pip", "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    found = re.match(r"pip (\d+)\.(\d+)", said)
    if found and (int(found[1]), int(found[2])) >= REMOTE_PIP:
        return [sys.executable, "-m", "pip", "--python", str(TARGET)]
    made = subprocess.run([TARGET, "-m", "ensurepip", "--default-pip"], capture_output=True)
    if made.returncode:
        sys.exit("This Python has no pip (on Debian: apt install python3-venv).")
    return [str(TARGET), "-m", "pip"]


if __name__ == "__main__":
    if not TARGET.exists():
        venv.create(VENV, symlinks=True, with_pip=False)
    sys.exit(main(Path(sys.argv[1])))
