"""What a package may say, and until when its terms run. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from kameng.domains.terms.errors import BadPackage, BadPlatformFee, PackageNotOnSale
from kameng.kit.money import FEN, MICRO, Money, Percent

LONGEST_TRIAL = 366
LONGEST_GRACE = 60
TO_PAY = timedelta(days=1)
"""How long a site of a package without trial days is open before its first fee must be paid."""
PROLONGED = timedelta(days=7)
"""How long its parent lets a site go on whose fee was not paid."""
MOST_SKUS = 1_000_000
MOST_FEE = Money(1_000_000 * MICRO)
NO_FEE, MOST_PLATFORM_FEE = Percent(0), Percent(500_000)
"""Of the selling price; half of it is the most."""


class Module(StrEnum):
    """A part of the platform that a package may leave out."""

    PROMOTION = "promotion"
    TOPUPS = "topups"
    API = "api"


ALL_MODULES = tuple(one.value for one in Module)


@dataclass(frozen=True, slots=True)
class Allows:
    """What a site of this package may do. `sku_limit`: how many SKUs it may list, 0 every one.
    `themes`: how its shop may look, None every way.

    Packages of before modules or themes could be chosen say nothing of them: they have them all.
    """

    own_domain: bool = False
    child_sites: bool = False
    sku_limit: int = 0
    modules: tuple[str, ...] = ALL_MODULES
    themes: tuple[str, ...] | None = None

    def has_theme(self, name: str) -> bool:
        """Whether a site may pick this theme for its shop."""
        return self.themes is None or name in self.themes

    def has(self, module: Module) -> bool:
        """Whether a part of the platform is in."""
        return module.value in self.modules

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)


def allows_from(stored: dict[str, Any]) -> Allows:
    """The stored form as a value; words of later versions are left out."""
    known = {name: stored[name] for name in Allows.__dataclass_fields__ if name in stored}
    modules, themes = known.get("modules", ALL_MODULES), known.get("themes")
    known["modules"] = tuple(one for one in ALL_MODULES if one in modules)
    known["themes"] = None if themes is None else tuple(themes)
    return Allows(**known)


@dataclass(frozen=True, slots=True)
class PackageDraft:
    """A package as its seller wrote it: `fee` for a month (zero: not sold by the month),
    `fee_year` for a year. Without both it is free, and `trial_days` None has no end; a fee not paid
    in time leaves `grace_days`."""

    name: str
    summary: str
    level_id: UUID | None
    fee: Money
    trial_days: int | None
    allows: Allows
    on_sale: bool = True
    popular: bool = False
    position: int = 0
    fee_year: Money | None = None
    grace_days: int = 7


def check_package(draft: PackageDraft) -> PackageDraft:
    """The draft, trimmed. Refuses BadPackage(field)."""
    name, summary = draft.name.strip(), draft.summary.strip()
    problems = {
        "name": not 1 <= len(name) <= 30,
        "summary": len(summary) > 120,
        "fee": not _payable(draft.fee),
        "fee_year": draft.fee_year is not None and not _payable(draft.fee_year),
        "grace_days": not 0 <= draft.grace_days <= LONGEST_GRACE,
        "trial_days": draft.trial_days is not None and not 1 <= draft.trial_days <= LONGEST_TRIAL,
        "sku_limit": not 0 <= draft.allows.sku_limit <= MOST_SKUS,
        "position": not 0 <= draft.position <= 1000,
    }
    for field, wrong in problems.items():
        if wrong:
            raise BadPackage(field=field)
    year = draft.fee_year if draft.fee_year and draft.fee_year.micro else None
    return replace(draft, name=name, summary=summary, fee_year=year)


def check_platform_fee(fee: Percent) -> Percent:
    """A share of the selling price a master may keep. Refuses BadPlatformFee."""
    if not NO_FEE <= fee <= MOST_PLATFORM_FEE:
        raise BadPlatformFee(most=MOST_PLATFORM_FEE)
    return fee


def _payable(fee: Money) -> bool:
    """Not negative, and whole fen: a fee is paid as it is written."""
    return fee.micro >= 0 and fee.micro % FEN == 0 and fee.micro <= MOST_FEE.micro


def check_choosable(*, on_sale: bool) -> None:
    """Refuse a package that is off sale (PackageNotOnSale)."""
    if not on_sale:
        raise PackageNotOnSale()


def valid_until(trial_days: int | None, *, has_fee: bool, now: datetime) -> datetime | None:
    """When terms begun now end: with the trial, or soon where a fee is to be paid; None has no
    end."""
    if trial_days is not None:
        return now + timedelta(days=trial_days)
    return now + TO_PAY if has_fee else None


def in_force(valid_until: datetime | None, *, now: datetime) -> bool:
    """Whether terms with this end still hold."""
    return valid_until is None or now < valid_until
