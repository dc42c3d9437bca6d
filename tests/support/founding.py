"""Founds a master site in a running deployment: `python -m tests.support.founding slug name login
password`, in the environment of that deployment."""

from __future__ import annotations

import sys

from kameng import wiring
from kameng.config import Settings
from kameng.faces.worker.founding import Founder, found
from kameng.kit import clock


def main(slug: str, name: str, login: str, password: str) -> None:
    """Open the master site with its first operator."""
    wiring.connect(Settings.load())
    founder = Founder(
        login=login, name=f"{name}站长", email=f"{login}@example.com", password=password
    )
    found(slug, name, founder, now=clock.now())


if __name__ == "__main__":
    main(*sys.argv[1:])
