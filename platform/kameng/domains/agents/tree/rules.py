"""Whether a site may stand somewhere else. Pure: what the tree looks like is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kameng.domains.agents.tree import errors
from kameng.kit.errors import Refusal


@dataclass(frozen=True, slots=True)
class Wish:
    """What moving a site means, as seen under lock. `most` is the depth cap."""

    target: str
    circle: bool
    elsewhere: bool
    stands_there: bool
    target_shut: bool
    depth_needed: int
    most: int
    sites: int
    opening: str
    orders: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The package chosen at the new parent."""

    name: str
    theirs: bool
    child_sites: bool


def place_faults(wish: Wish) -> Iterator[Refusal]:
    """Everything that stands against the place, the most telling first."""
    if wish.elsewhere:
        yield errors.OtherAlliance()
        return
    if wish.circle:
        yield errors.CircleInTree(target=wish.target)
        return
    if wish.stands_there:
        yield errors.StandsThere(target=wish.target)
    if wish.depth_needed > wish.most:
        yield errors.TooDeepThere(most=wish.most, needed=wish.depth_needed)
    if wish.target_shut:
        yield errors.TargetShut(target=wish.target)
    if wish.opening:
        yield errors.OpensNow(site=wish.opening)
    if wish.orders:
        yield errors.OrdersUnderWay(orders=wish.orders)


def package_faults(wish: Wish, offer: Offer | None) -> Iterator[Refusal]:
    """What stands against the package that was chosen there."""
    if offer is None or not offer.theirs:
        yield errors.NoPackageThere()
    elif wish.sites > 1 and not offer.child_sites:
        yield errors.PackageForbidsSites(package=offer.name)


def refuse(faults: Iterator[Refusal]) -> None:
    """Raise the first of them, if there is one."""
    first = next(faults, None)
    if first is not None:
        raise first
