"""Every price of every site at once: whole columns of goods instead of one quote after the other.

For sorting by price, re-pricing and what-if. The columns are int64 micro-units and proven equal to
`rules.quote` by a property test. The array library is loaded when the first column is made, not
when this module is: a process that only quotes never pays for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from kameng.domains.pricing.markups.rules import Goods
from kameng.domains.pricing.sites import (
    BELOW_COST,
    CHILD_RAISED,
    CUT,
    RAISED_TO_COST,
    RAISED_TO_FLOOR,
    Difference,
    Prices,
    Site,
)

if TYPE_CHECKING:
    from kameng.domains.pricing.columns import Columns

__all__ = [
    "BELOW_COST",
    "CHILD_RAISED",
    "CUT",
    "RAISED_TO_COST",
    "RAISED_TO_FLOOR",
    "Difference",
    "Prices",
    "Site",
    "columns",
    "compared",
    "differences",
    "priced",
    "walked",
]


def columns(goods: Sequence[Goods], owners: Sequence[int] | None = None) -> Columns:
    """Goods as columns, to be priced as often as one likes.

    `owners` names the site each SKU belongs to; without it the site at the root owns them all.
    ValueError for an amount beyond what a rule may make (TOP).
    """
    from kameng.domains.pricing.columns import Columns

    return Columns(goods, owners)


def priced(
    goods: Columns, sites: Iterable[Site], *, quantity: int = 1, now: datetime | None = None
) -> Iterator[Prices]:
    """The prices of every site, parents before their children.

    Only the columns of the sites above the present one are held, so memory grows with the depth of
    the tree and not with its size; who stops asking stops the work.
    """
    from kameng.domains.pricing.descent import descend

    return descend(goods, sites, quantity=quantity, now=now)


def walked(
    goods: Columns, sites: Iterable[Site], *, quantity: int = 1, now: datetime | None = None
) -> Iterator[Prices]:
    """`priced` for sites in the order of the tree, taken one at a time: whoever reads them from a
    database holds the rules of one site and of those above it, never of all."""
    from kameng.domains.pricing.descent import walk

    return walk(goods, sites, quantity=quantity, now=now)


def compared(before: Prices, after: Prices) -> Difference:
    """Where two worlds differ at one site."""
    from kameng.domains.pricing.descent import compare

    return compare(before, after)


def differences(
    before: tuple[Columns, Iterable[Site]],
    after: tuple[Columns, Iterable[Site]],
    *,
    quantity: int = 1,
    now: datetime | None = None,
) -> Iterator[Difference]:
    """What a change would do, site by site: goods whose cost, price or marks differ.

    Both worlds have the same goods and the same sites in the same order; one difference for every
    site, empty where nothing moves, so that progress can be told.
    """
    for one, other in zip(
        priced(*before, quantity=quantity, now=now),
        priced(*after, quantity=quantity, now=now),
        strict=True,
    ):
        yield compared(one, other)
