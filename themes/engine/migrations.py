"""Bring a section saved under an older schema up to date, by declared operations only.

`migrations/<type>.json` holds `{"steps": [{"to": 2, "ops": [{"op": "rename", …}]}]}`. Nothing is
written back here: the next save stores what reading produced.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from .errors import BrokenTheme

Section = dict[str, Any]
Op = Mapping[str, Any]
Steps = list[tuple[int, list[Op]]]


class Dropped(Exception):
    """An operation says this section is no more."""


def _rename(section: Section, op: Op) -> None:
    if op["from"] in section["settings"]:
        section["settings"][op["to"]] = section["settings"].pop(op["from"])


def _remove(section: Section, op: Op) -> None:
    section["settings"].pop(op["key"], None)


def _set(section: Section, op: Op) -> None:
    section["settings"][op["key"]] = deepcopy(op["value"])


def _map(section: Section, op: Op) -> None:
    """Replace listed values, keep the others."""
    settings, key = section["settings"], op["key"]
    if key in settings:
        settings[key] = op["values"].get(str(settings[key]), settings[key])


def _rename_type(section: Section, op: Op) -> None:
    section["type"] = op["to"]


def _move_to_block(section: Section, op: Op) -> None:
    """Move settings into a new last block of the named type."""
    moved = {key: section["settings"].pop(key) for key in op["keys"] if key in section["settings"]}
    if moved:
        number = len(section["blocks"]) + 1
        block = {"id": f"{op['block']}-{number}", "type": op["block"], "settings": moved}
        section["blocks"].append(block)


def _rename_in_block(section: Section, op: Op) -> None:
    for block in section["blocks"]:
        if block["type"] == op["block"]:
            _rename(block, op)


def _drop_section(section: Section, op: Op) -> None:
    raise Dropped


OPS: dict[str, Callable[[Section, Op], None]] = {
    "rename": _rename,
    "remove": _remove,
    "set": _set,
    "map": _map,
    "rename_type": _rename_type,
    "move_to_block": _move_to_block,
    "rename_in_block": _rename_in_block,
    "drop_section": _drop_section,
}


def load(folders: Iterable[Path]) -> dict[str, Steps]:
    """The migrations of a theme chain by section type, the theme's own file before base's."""
    found: dict[str, Steps] = {}
    for folder in folders:
        for file in sorted((folder / "migrations").glob("*.json")):
            found.setdefault(file.stem, _steps(file))
    return found


def _steps(file: Path) -> Steps:
    try:
        steps = json.loads(file.read_text("utf-8"))["steps"]
        unknown = {op["op"] for step in steps for op in step["ops"]} - set(OPS)
        if unknown:
            raise BrokenTheme(file, f"unknown operations {sorted(unknown)}")
        return sorted(((step["to"], step["ops"]) for step in steps), key=lambda step: step[0])
    except (ValueError, KeyError, TypeError) as problem:
        raise BrokenTheme(file, repr(problem)) from problem


def upgraded(section: Section, migrations: Mapping[str, Steps]) -> Section | None:
    """`section` with every step above its `v` applied; None when it was dropped. What was given
    stays as it is: the rare one that has steps before it is copied."""
    section = {"settings": {}, "blocks": [], **section}
    steps = migrations.get(str(section.get("type")), [])
    if any(to > int(section.get("v", 1)) for to, _ in steps):
        section = deepcopy(section)
    try:
        for to, ops in steps:
            if to > int(section.get("v", 1)):
                _apply(section, to, ops)
    except Dropped:
        return None
    return section


def _apply(section: Section, to: int, ops: list[Op]) -> None:
    for op in ops:
        OPS[op["op"]](section, op)
    section["v"] = to
