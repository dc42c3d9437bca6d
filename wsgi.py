"""The web process: granian (or any WSGI server) serves `wsgi:app`."""

from __future__ import annotations

from kameng.app import create_app
from kameng.config import settings
from themes import engine

app = create_app()

compiled = settings().home / "themes"
compiled.mkdir(parents=True, exist_ok=True)
engine.warm(cache=compiled)
