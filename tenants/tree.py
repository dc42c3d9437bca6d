"""The tree of sites, as plain values: who stands above whom, and how deep it may grow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DEPTH_CAP = 3
"""Levels of sites in one alliance: master, agent, sub-agent (limits.md)."""

MAIN = "main"
"""The cell that holds the registry: the only one of most deployments."""

SCHEMA = re.compile(r"^t_[0-9a-z]{13}$")


@dataclass(frozen=True, slots=True)
class Tenant:
    """One site of the tree. `chain` runs from the master site (first) to this site (last)."""

    id: int
    slug: str
    name: str
    schema: str
    chain: tuple[int, ...]
    state: str
    currency: str = "CNY"
    cell: str = MAIN
    host: str = field(default="", compare=False)
    """The host it wants to be known by; empty where the asker may not read it."""

    @property
    def root_id(self) -> int:
        return self.chain[0]

    @property
    def parent_id(self) -> int | None:
        return self.chain[-2] if len(self.chain) > 1 else None

    @property
    def is_root(self) -> bool:
        return len(self.chain) == 1

    @property
    def depth(self) -> int:
        """1 for a master site."""
        return len(self.chain)


def may_open_below(parent: Tenant) -> bool:
    """Whether the depth cap leaves room for a child of `parent`."""
    return parent.depth < DEPTH_CAP


def is_above(upper: Tenant, lower: Tenant) -> bool:
    """Whether `upper` is an ancestor of `lower` (not the same site)."""
    return upper.id != lower.id and upper.id in lower.chain


def path_of(chain: tuple[int, ...]) -> str:
    """The chain as an ltree path, e.g. (1, 7) -> '1.7'."""
    return ".".join(str(step) for step in chain)


def chain_of(path: str) -> tuple[int, ...]:
    """An ltree path as a chain; the inverse of `path_of`."""
    return tuple(int(step) for step in path.split("."))
