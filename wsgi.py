"""The web process: granian (or any WSGI server) serves `wsgi:app`."""

from __future__ import annotations

from kameng.app import create_app

app = create_app()
