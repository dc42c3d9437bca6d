"""Levels, packages and terms for tests, committed."""

from __future__ import annotations

import itertools
from dataclasses import replace

from kameng.domains.terms import service as terms
from kameng.domains.terms.queries import LevelFacts, PackageFacts, TermsFacts
from kameng.domains.terms.rules import Allows, PackageDraft
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant

FREE = PackageDraft(
    name="Starter",
    summary="Your own shop, every product of ours",
    level_id=None,
    fee=Money.zero(),
    trial_days=None,
    allows=Allows(),
)
_numbers = itertools.count(1)


def level(seller: Tenant, name: str | None = None, rank: int = 1) -> LevelFacts:
    """A price level the seller gives."""
    with use(seller):
        made = terms.add_level(
            seller, name or f"Level {next(_numbers)}", rank, actor=SYSTEM, now=clock.now()
        )
        session.commit()
    return made


def package(seller: Tenant, **changes: object) -> PackageFacts:
    """A free package of the seller, changed as told (fields of PackageDraft)."""
    draft = replace(FREE, **changes)  # type: ignore[arg-type]
    with use(seller):
        made = terms.create_package(seller, draft, actor=SYSTEM, now=clock.now())
        session.commit()
    return made


def bind(child: Tenant, bought: PackageFacts) -> TermsFacts:
    """Terms for a site that the alliance fixture opened without any."""
    with shared():
        made = terms.bind(child, bought, now=clock.now())
        session.commit()
    return made
