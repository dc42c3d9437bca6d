"""Roll-call of all models, so that the metadata is whole; nothing else."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import kameng.domains
import kameng.kit.tables
import tenants.models

ALWAYS: tuple[ModuleType, ...] = (kameng.kit.tables, tenants.models)


def roll_call() -> list[str]:
    """Import every `models` module below domains; returns their names."""
    found = pkgutil.walk_packages(kameng.domains.__path__, "kameng.domains.")
    names = [module.name for module in found if module.name.endswith(".models")]
    for name in names:
        importlib.import_module(name)
    return names
