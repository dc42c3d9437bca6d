"""The blueprint of the hooks host."""

from __future__ import annotations

from flask import Blueprint

hooks = Blueprint("hooks", __name__)
