"""The web process: granian (or any WSGI server) serves `wsgi:app`."""

from __future__ import annotations

import sys

from kameng.app import create_app
from kameng.config import settings
from themes import engine

HAND_OVER = 0.001
"""Seconds after which a thread that computes lets another go on. A page asks the database a few
times, and after each answer waits so long for whoever computes beside it; Python's own 5 ms made
30 ms of that (docs/adr/0056-fair-shares.md)."""

sys.setswitchinterval(HAND_OVER)
app = create_app()

compiled = settings().home / "themes"
compiled.mkdir(parents=True, exist_ok=True)
engine.warm(cache=compiled)
