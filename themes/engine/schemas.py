"""Section schemas: the JSON beside a template, as pydantic models that forbid anything extra."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from . import common, fields
from .errors import BrokenTheme

Model = type[BaseModel]
GROUPS = ("header", "main", "footer", "overlay")
TAGS = ("section", "header", "footer", "nav", "div", "aside")
PLACE = {"groups", "templates", "limit", "min", "locked", "essential", "tag", "label"}
KEYS = PLACE | {"type", "version", "name", "icon", "help", "needs", "varies", "settings", "blocks"}
KEYS |= {"max_blocks", "common"}
IDENT = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class SectionSchema:
    """One section type: where it may sit, what it needs from the page, what it accepts."""

    type: str
    version: int
    facts: Mapping[str, Any]
    settings: Model
    blocks: Mapping[str, Model]
    rich: frozenset[str]
    linked: frozenset[str]
    pictured: frozenset[str]

    @property
    def groups(self) -> list[str]:
        return list(self.facts.get("groups", ["main"]))

    @property
    def templates(self) -> list[str] | None:
        """The only pages it may be on; None = any."""
        return self.facts.get("templates")

    @property
    def limit(self) -> int:
        return int(self.facts.get("limit", 25))

    @property
    def min(self) -> int:
        return int(self.facts.get("min", 0))

    @property
    def locked(self) -> bool:
        """Whether a page that has it must keep it."""
        return bool(self.facts.get("locked", False))

    @property
    def essential(self) -> bool:
        """Whether the page is pointless without it."""
        return bool(self.facts.get("essential", False))

    @property
    def needs(self) -> tuple[str, ...]:
        """Drops without which it is silently left out."""
        return tuple(self.facts.get("needs", ()))

    @property
    def varies(self) -> tuple[str, ...] | None:
        """The only drops it may see, so that its drawing can be kept; None = all, never kept."""
        varies = self.facts.get("varies")
        return tuple(varies) if varies is not None else None

    @property
    def max_blocks(self) -> int:
        return int(self.facts.get("max_blocks", 0))

    def rich_keys(self, block_type: str | None = None) -> set[str]:
        return {key for owner, _, key in _split(self.rich) if owner == (block_type or "")}

    def link_keys(self, block_type: str | None = None) -> set[str]:
        return {key for owner, _, key in _split(self.linked) if owner == (block_type or "")}

    def picture_keys(self, block_type: str | None = None) -> set[str]:
        return {key for owner, _, key in _split(self.pictured) if owner == (block_type or "")}


def _split(names: frozenset[str]) -> list[tuple[str, str, str]]:
    return [name.partition(".") for name in names]


def load(file: Path) -> SectionSchema:
    """The schema in `file`, its models built. Raises BrokenTheme."""
    try:
        facts = json.loads(file.read_text("utf-8"))
        facts["settings"] = [*facts.get("settings", []), *common.wanted(facts)]
        _check(file, facts)
        return _schema(facts)
    except (ValueError, KeyError, TypeError) as problem:
        raise BrokenTheme(file, repr(problem)) from problem


def _check(file: Path, facts: Mapping[str, Any]) -> None:
    """Refuse a schema whose own keys are wrong."""
    unknown = set(facts) - KEYS
    if unknown or facts["type"] != file.stem or not IDENT.fullmatch(facts["type"]):
        raise BrokenTheme(file, f"unknown keys {sorted(unknown)} or a type unlike the file name")
    if facts.get("tag", "section") not in TAGS or set(facts.get("groups", [])) - set(GROUPS):
        raise BrokenTheme(file, "unknown tag or group")
    for spec in _all_fields(facts):
        _check_field(file, spec)


def _check_field(file: Path, spec: Mapping[str, Any]) -> None:
    """Every field has a known type, an id unless it is only a label, and both labels."""
    known = spec["type"] in fields.TYPES or spec["type"] in fields.LABELS_ONLY
    if not known or not {"zh_CN", "en"} <= set(spec["label"]):
        raise BrokenTheme(file, f"{spec}: unknown type or a label without zh_CN and en")
    if spec["type"] not in fields.LABELS_ONLY and not IDENT.fullmatch(spec["id"]):
        raise BrokenTheme(file, f"{spec}: malformed id")


def _all_fields(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inside = [spec for block in facts.get("blocks", []) for spec in block.get("settings", [])]
    return [*facts.get("settings", []), *inside]


def _schema(facts: Mapping[str, Any]) -> SectionSchema:
    blocks = {block["type"]: block for block in facts.get("blocks", [])}
    return SectionSchema(
        type=facts["type"],
        version=facts["version"],
        facts=facts,
        settings=_model(facts["type"], facts.get("settings", [])),
        blocks={kind: _model(kind, block["settings"]) for kind, block in blocks.items()},
        rich=_keys(facts, {"richtext", "inline_richtext"}),
        linked=_keys(facts, {"link"}),
        pictured=_keys(facts, {"image", "video"}),
    )


def _model(name: str, specs: list[Mapping[str, Any]]) -> type[BaseModel]:
    """A model of the fields; defaults are validated too, so a bad default fails at load."""
    shape: dict[str, Any] = {
        spec["id"]: (fields.annotation(spec), Field(default_factory=_fresh(spec)))
        for spec in specs
        if spec["type"] not in fields.LABELS_ONLY
    }
    config = ConfigDict(extra="forbid", validate_default=True)
    model = create_model(name, __config__=config, **shape)
    model()
    return model


def _fresh(spec: Mapping[str, Any]) -> Any:
    """A maker of the default: lists and dicts must not be shared between sections."""
    text = json.dumps(fields.default(spec))
    return lambda: json.loads(text)


def _keys(facts: Mapping[str, Any], types: set[str]) -> frozenset[str]:
    """`.key` for the section's own fields of these types, `block.key` for its blocks'."""
    own = {f".{spec['id']}" for spec in facts.get("settings", []) if spec["type"] in types}
    for block in facts.get("blocks", []):
        own |= {f"{block['type']}.{s['id']}" for s in block["settings"] if s["type"] in types}
    return frozenset(own)
